import { describe, expect, it } from 'vitest';
import { l2Normalize } from '../../src/ops/l2-normalize.ts';
import { logSoftmax } from '../../src/ops/log-softmax.ts';
import { softmaxReal } from '../../src/ops/softmax-real.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

describe('log-softmax', () => {
  const y = { scale: 1 / 16, zeroPoint: 127 };

  it('of two equal values is −ln 2, of one alone 0', () => {
    expect(runReference(logSoftmax, {}, [map([1, 2, 2], [5, 5, 9, 9], { scale: 0.5 })], y)).toEqual([
      116, 116, 116, 116,
    ]);
    expect(runReference(logSoftmax, {}, [map([1, 1, 1], [-128], { scale: 0.5 })], y)).toEqual([127]);
  });

  it('is the difference where one value is far above, and −16 at least', () => {
    expect(runReference(logSoftmax, {}, [map([1, 1, 3], [100, 90, 0], { scale: 1 })], y)).toEqual([127, -33, -128]);
  });

  it('of real values is theirs', () => {
    const [given] = [
      runFloat(logSoftmax, {}, [
        [1, 1, 2],
        [3, 3],
      ]),
    ];
    for (const value of given) expect(value).toBeCloseTo(-Math.LN2, 6);
  });
});

describe('L2 normalisation', () => {
  const y = { scale: 1 / 128, zeroPoint: 0 };

  it('of 3 and 4 is 3/5 and 4/5, and of a value alone 1, which clamps', () => {
    expect(runReference(l2Normalize, {}, [map([1, 1, 2], [13, 14], { scale: 0.5, zeroPoint: 10 })], y)).toEqual([
      77, 102,
    ]);
    expect(runReference(l2Normalize, {}, [map([1, 2, 1], [30, -30], { scale: 0.5, zeroPoint: 0 })], y)).toEqual([
      127, -128,
    ]);
  });

  it('of zeros is zero', () => {
    expect(runReference(l2Normalize, {}, [map([1, 1, 2], [10, 10], { zeroPoint: 10 })], y)).toEqual([0, 0]);
    expect(
      runFloat(l2Normalize, {}, [
        [1, 1, 2],
        [0, 0],
      ]),
    ).toEqual([0, 0]);
  });
});

describe('a softmax of real values', () => {
  it('of equal values is a half, and of values far below 0', () => {
    const wanted = [0.5, 0.5, 1, 0];
    const x = map([1, 2, 2], [7, 7, 127, -128], { scale: 1, zeroPoint: 7 });
    expect(runReference(softmaxReal, {}, [x], { dtype: 'f32' })).toEqual(wanted);
  });

  it('is within a unit of float32 of e^x / Σ e^x', () => {
    const values = [-20, 3, 40, 41];
    const x = map([1, 1, 4], values, { scale: Math.fround(0.1), zeroPoint: 3 });
    const exponentials = values.map((q) => Math.exp(Math.fround(0.1) * (q - 3)));
    const sum = exponentials.reduce((all, e) => all + e, 0);
    const given = runReference(softmaxReal, {}, [x], { dtype: 'f32' });
    given.forEach((y, i) => {
      expect(Math.abs(y / ((exponentials[i] as number) / sum) - 1)).toBeLessThan(2 ** -21);
    });
  });
});
