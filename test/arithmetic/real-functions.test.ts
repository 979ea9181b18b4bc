import fc from 'fast-check';
import { expect, it } from 'vitest';
import { erfc, exp, ln, logistic, power, tanh32 } from '../../src/arithmetic/real-functions.ts';

const relativeError = (value: number, wanted: number): number => Math.abs(value - wanted) / wanted;

it('gives e^x within 1e-14 of what Math.exp gives, from the least normal number to the largest', () => {
  fc.assert(
    fc.property(fc.double({ min: -708, max: 709.7, noNaN: true }), (x) => {
      expect(relativeError(exp(x), Math.exp(x))).toBeLessThan(1e-14);
    }),
    { numRuns: 5000 },
  );
});

it('is below one unit of the last place from digits computed elsewhere', () => {
  const digits = [
    [0.5, 1.6487212707001282],
    [-1, 0.36787944117144233],
    [10, 22026.465794806718],
    [-100, 3.720075976020836e-44],
  ] as const;
  for (const [x, wanted] of digits) expect(relativeError(exp(x), wanted)).toBeLessThanOrEqual(2 ** -52);
  expect(exp(0)).toBe(1);
});

it('ends in 0 and infinity as e^x does, and keeps NaN', () => {
  expect(exp(-Infinity)).toBe(0);
  expect(exp(-746)).toBe(0);
  expect(exp(-745)).toBe(5e-324);
  expect(exp(709.782712893384)).toBeLessThan(Infinity);
  expect(exp(709.7827128933841)).toBe(Infinity);
  expect(exp(Infinity)).toBe(Infinity);
  expect(exp(Number.NaN)).toBeNaN();
});

it('gives the logistic function within 1e-14, symmetric to the last bits, and flat at its ends', () => {
  fc.assert(
    fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
      expect(relativeError(logistic(x), 1 / (1 + Math.exp(-x)))).toBeLessThan(1e-14);
      expect(Math.abs(logistic(x) + logistic(-x) - 1)).toBeLessThanOrEqual(2 ** -52);
    }),
  );
  expect(logistic(0)).toBe(0.5);
  expect(logistic(-1000)).toBe(0);
  expect(logistic(1000)).toBe(1);
});

it('gives tanh within two units of the last place of a float32, odd, and ±1 at its ends', () => {
  fc.assert(
    fc.property(fc.float({ min: -12, max: 12, noNaN: true }), (x) => {
      expect(Math.abs(tanh32(x) - Math.tanh(x))).toBeLessThanOrEqual(Math.abs(Math.tanh(x)) * 2 ** -22);
      expect(tanh32(x)).toBe(Math.fround(tanh32(x)));
      expect(tanh32(-x)).toBe(-tanh32(x));
    }),
    { numRuns: 5000 },
  );
  expect([tanh32(0), tanh32(-0), tanh32(12), tanh32(-Infinity)]).toEqual([0, -0, 1, -1]);
  expect(tanh32(1e-40)).toBe(1e-40);
  expect(tanh32(Number.NaN)).toBeNaN();
});

const tanhOfGlibc = [
  [0.05000000074505806, 0.049958378076553345],
  [0.30000001192092896, 0.2913126051425934],
  [0.4079360067844391, 0.3867187201976776],
  [0.7793378233909607, 0.6523265242576599],
  [1.3069368600845337, 0.863498330116272],
] as const;

it('errs in tanh where C does: the table of TFLite has these values, not the nearest ones', () => {
  // As glibc 2.36 gives them; the nearest float32 is one unit of the last place away.
  for (const [x, wanted] of tanhOfGlibc) {
    expect(tanh32(x)).toBe(wanted);
    expect(Math.fround(Math.tanh(x))).not.toBe(wanted);
  }
});

it('gives the logarithm within 1e-14, and what it has no value for', () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), (x) => {
      expect(Math.abs(ln(x) - Math.log(x))).toBeLessThanOrEqual(Math.max(Math.abs(Math.log(x)) * 1e-14, 1e-16));
    }),
    { numRuns: 5000 },
  );
  expect([ln(0), ln(-1), ln(Infinity), ln(1), ln(Number.NaN)]).toEqual([
    -Infinity,
    Number.NaN,
    Infinity,
    0,
    Number.NaN,
  ]);
});

it('gives the complementary error function as tables have it', () => {
  // Abramowitz and Stegun, table 7.1, and 26.2 for the tail.
  const digits = [
    [0, 1],
    [0.5, 0.4795001221869535],
    [1, 0.15729920705028513],
    [2, 0.004677734981047266],
    [2.4999, 0.00040717026],
    [2.5, 0.000406952017],
    [3, 2.2090496998585441e-5],
    [5, 1.5374597944280349e-12],
  ] as const;
  for (const [x, wanted] of digits) {
    expect(relativeError(erfc(x), wanted), `${x}`).toBeLessThan(x > 2.1 && x < 3 ? 1e-6 : 1e-11);
    expect(erfc(-x)).toBeCloseTo(2 - wanted, 9);
  }
  expect([erfc(28), erfc(-28), erfc(Infinity), erfc(Number.NaN)]).toEqual([0, 2, 0, Number.NaN]);
});

it('gives powers by products, roots and exponentials', () => {
  expect([power(3, 4), power(-2, 3), power(9, 0.5), power(4, -0.5), power(5, 0)]).toEqual([81, -8, 3, 0.5, 1]);
  expect([power(0, 1.5), power(0, -1), power(-2, 1.5)]).toEqual([0, Infinity, Number.NaN]);
  expect(relativeError(power(2, 0.3), 2 ** 0.3)).toBeLessThan(1e-14);
  expect(relativeError(power(1.1, 100), 1.1 ** 100)).toBeLessThan(1e-13);
});
