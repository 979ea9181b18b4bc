import { describe, expect, it } from 'vitest';
import { oneToOne } from '../../src/graph/rules.ts';
import { reduceSum } from '../../src/ops/reduce-sum.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, opView, runReference } from './run-reference.ts';

describe('reduceSum', () => {
  const x = map([2, 2, 2], [1, 10, 3, 30, 5, 50, 7, 20], { zeroPoint: 1 });

  it('is taken over the map by channel, or over the channels of a pixel', () => {
    expect(runReference(reduceSum, { axes: 'hw' }, [x], { zeroPoint: 1 })).toEqual([13, 107]);
    expect(runReference(reduceSum, { axes: 'c' }, [x], { zeroPoint: 1 })).toEqual([10, 32, 54, 26]);
  });

  it('ends at the ends of a byte', () => {
    expect(runReference(reduceSum, { axes: 'hw' }, [x], { zeroPoint: 40 })).toEqual([52, 127]);
  });

  it('needs every row for one sum, and a row for the sums of its pixels', () => {
    const rows = (axes: 'hw' | 'c') => reduceSum.rows(opView(reduceSum, { axes }, [tensor('x', [1, 3, 3, 2])]), 0);
    expect(rows('c')).toEqual(oneToOne);
    expect(rows('hw')).toMatchObject({ kind: 'whole' });
  });

  it('is taken of float values in float32', () => {
    const real = [
      [1, 3, 1],
      [2 ** 24, 1, 1],
    ] as const;
    expect(runFloat(reduceSum, { axes: 'hw' }, real)).toEqual([2 ** 24]);
  });
});
