import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exp, logistic } from '../../src/format/real-functions.ts';

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
