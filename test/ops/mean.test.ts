import { describe, expect, it } from 'vitest';
import { oneToOne } from '../../src/graph/rules.ts';
import { mean } from '../../src/ops/mean.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, opView, runReference } from './run-reference.ts';

describe('mean', () => {
  const x = map([2, 2, 2], [1, 10, 3, 30, 5, 50, 7, 70], { zeroPoint: 1 });

  it('is taken over the map by channel, or over the channels of a pixel', () => {
    expect(runReference(mean, { axes: 'hw' }, [x], { zeroPoint: 1 })).toEqual([4, 40]);
    expect(runReference(mean, { axes: 'c' }, [x], { zeroPoint: 1 })).toEqual([6, 17, 28, 39]); // 16.5 and 38.5 are ties
  });

  it('divides inside the multiplier, so that a third is truncated', () => {
    const thirds = map([1, 3, 1], [1, 1, 1]);
    expect(runReference(mean, { axes: 'hw' }, [thirds])).toEqual([1]);
    // 3/2 is a tie; a multiplier below a third lets it fall to 1.
    expect(runReference(mean, { axes: 'hw' }, [thirds], { scale: 2 / 3 })).toEqual([1]);
  });

  it('needs every row for one mean, and a row for the means of its pixels', () => {
    const rows = (axes: 'hw' | 'c') => mean.rows(opView(mean, { axes }, [tensor('x', [1, 3, 3, 2])]), 0);
    expect(rows('c')).toEqual(oneToOne);
    expect(rows('hw')).toEqual({ kind: 'whole', reason: 'every row counts in the one mean' });
  });

  it('is taken of float values, summed in float32 and divided once', () => {
    const real = [
      [2, 2, 2],
      [1, 10, 3, 30, 5, 50, 7, 71],
    ] as const;
    expect(runFloat(mean, { axes: 'hw' }, real)).toEqual([4, 40.25]);
    expect(runFloat(mean, { axes: 'c' }, real)).toEqual([5.5, 16.5, 27.5, 39]);
    expect(
      runFloat(mean, { axes: 'hw' }, [
        [1, 3, 1],
        [2 ** 24, 1, 1],
      ]),
    ).toEqual([Math.fround(2 ** 24 / 3)]);
  });
});
