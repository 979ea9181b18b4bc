import { describe, expect, it } from 'vitest';
import { reshape } from '../../src/ops/reshape.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

describe('reshape', () => {
  it('keeps the elements in order', () => {
    const y = runReference(reshape, { shape: [1, 1, 1, 4] }, [map([2, 2, 1], [1, 2, 3, 4])]);
    expect(y).toEqual([1, 2, 3, 4]);
    expect(reshape.view).toBe(true);
  });

  it('names shapes of different sizes', () => {
    const shapes = () => reshape.outputShapes([tensor('x', [1, 2, 2, 3])], { shape: [1, 1, 1, 11] });
    expect(shapes).toThrow('1×2×2×3 has 12 elements and 1×1×1×11 11');
  });

  it('keeps float values in order', () => {
    expect(
      runFloat(reshape, { shape: [1, 1, 1, 4] }, [
        [2, 2, 1],
        [1, 2.5, 3, -4],
      ]),
    ).toEqual([1, 2.5, 3, -4]);
  });
});
