import { describe, expect, it } from 'vitest';
import { concat } from '../../src/ops/concat.ts';
import { tensor } from '../kernels/views.ts';
import { map, opView, runReference } from './run-reference.ts';

describe('concat', () => {
  it('lays the channels of any number of inputs side by side, pixel by pixel', () => {
    const inputs = [map([2, 1, 2], [1, 2, 5, 6]), map([2, 1, 1], [3, 7]), map([2, 1, 1], [4, 8])];
    expect(runReference(concat, {}, inputs)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(runReference(concat, {}, inputs.slice(0, 1))).toEqual([1, 2, 5, 6]);
  });

  it('does the same to float values', () => {
    const view = opView(concat, {}, [tensor('x', [1, 1, 2, 1]), tensor('x2', [1, 1, 2, 1])]);
    const y = new Float32Array(4);
    concat.float?.(view, [Float32Array.of(0.5, 1.5), Float32Array.of(2.5, 3.5)], [y]);
    expect([...y]).toEqual([0.5, 2.5, 1.5, 3.5]);
  });

  it('says where each input lies', () => {
    const inputs = [3, 1, 4].map((c) => tensor('x', [1, 2, 2, c]));
    expect(concat.places?.(opView(concat, {}, inputs))).toEqual([0, 3, 4]);
  });

  it('refuses maps of two sizes', () => {
    const inputs = [tensor('x', [1, 2, 3, 1]), tensor('x2', [1, 2, 2, 1])];
    expect(() => concat.outputShapes(inputs, {})).toThrow('2×3 and 2×2 are maps of two sizes');
  });
});
