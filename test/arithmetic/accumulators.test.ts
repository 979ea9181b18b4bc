import { expect, it } from 'vitest';
import { foldedBias } from '../../src/arithmetic/accumulators.ts';

it('folds the zero point into the bias, with the wrap-around of int32', () => {
  expect([...foldedBias(Int32Array.of(0, 1, -1), [10, -5], [7, 2], -3)]).toEqual([31, 1, 0]);
  expect([...foldedBias(Int32Array.of(0), undefined, [7], 128)]).toEqual([-896]);
  expect([...foldedBias(Int32Array.of(0), [2 ** 31 - 1], [1], -1)]).toEqual([-(2 ** 31)]);
});
