import { expect, it } from 'vitest';
import { inverseSqrt } from '../../src/arithmetic/inverse-sqrt.ts';

it('is within 1e-5 of the real value for every sum of squares that there is', () => {
  for (let x = 2; x < 2 ** 31; x = Math.ceil(x * 1.01)) {
    const { multiplier, shift } = inverseSqrt(x);
    expect(Math.abs(multiplier * 2 ** (shift - 31) * Math.sqrt(x) - 1), `${x}`).toBeLessThan(1e-5);
    expect(multiplier).toBeLessThan(2 ** 31);
  }
});

it('is just below 1 for 1 and for 0', () => {
  expect(inverseSqrt(1)).toEqual({ multiplier: 2 ** 31 - 1, shift: 0 });
  expect(inverseSqrt(0)).toEqual(inverseSqrt(1));
});
