import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accumulatorRanges, addWeight, foldedBias, type WeightSums } from '../../src/arithmetic/accumulators.ts';

it('folds the zero point into the bias, with the wrap-around of int32', () => {
  expect([...foldedBias(Int32Array.of(0, 1, -1), [10, -5], [7, 2], -3)]).toEqual([31, 1, 0]);
  expect([...foldedBias(Int32Array.of(0), undefined, [7], 128)]).toEqual([-896]);
  expect([...foldedBias(Int32Array.of(0), [2 ** 31 - 1], [1], -1)]).toEqual([-(2 ** 31)]);
});

describe('the range of an accumulator', () => {
  const sumsOf = (weights: readonly number[]): WeightSums => {
    const sums = { all: new Int32Array(1), positive: new Int32Array(1) };
    for (const weight of weights) addWeight(sums, 0, weight);
    return sums;
  };

  it('by hand: 10 + 3 · x − 2 · x2 with a zero point of 5', () => {
    const range = accumulatorRanges([10], sumsOf([3, -2]), 5);
    expect(range).toEqual([[10 - 3 * 133 - 2 * 122, 10 + 3 * 122 + 2 * 133]]);
  });

  it('is reached at both ends by values of int8, −128 among them', () => {
    const weight = fc.integer({ min: -128, max: 127 });
    const zero = fc.integer({ min: -128, max: 127 });
    fc.assert(
      fc.property(fc.array(weight, { minLength: 1, maxLength: 6 }), fc.integer(), zero, (weights, bias, zeroPoint) => {
        const small = bias % 1000;
        const sum = (x: (weight: number) => number): number =>
          weights.reduce((total, each) => total + each * (x(each) - zeroPoint), small);
        const least = sum((each) => (each > 0 ? -128 : 127));
        const greatest = sum((each) => (each > 0 ? 127 : -128));
        expect(accumulatorRanges([small], sumsOf(weights), zeroPoint)).toEqual([[least, greatest]]);
      }),
    );
  });
});
