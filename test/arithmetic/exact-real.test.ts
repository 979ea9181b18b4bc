import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isExactReal } from '../../src/arithmetic/exact-real.ts';
import { requantizeOne } from '../../src/arithmetic/fixed-point.ts';
import { prove, realParameters } from '../../src/arithmetic/requantize-forms.ts';

const clampTo = (q: number, [low, high]: readonly [number, number]): number => Math.min(Math.max(q, low), high);

function byReal(multiplier: number, shift: number, acc: number): number {
  const { scale, positive, negative } = realParameters(multiplier, shift);
  return acc * scale + (acc < 0 ? negative : positive) + 1.5 * 2 ** 52 - 1.5 * 2 ** 52;
}

it('refuses the tie that a shift of −14 gets wrong', () => {
  // −5,554,175 · 2^30 by the two roundings is −169, by one real rounding −170.
  const of = { multiplier: 2 ** 30, shift: -14 };
  expect([requantizeOne(-5554175, 2 ** 30, -14), byReal(2 ** 30, -14, -5554175)]).toEqual([-169, -170]);
  const rule = realParameters(of.multiplier, of.shift);
  expect(isExactReal(rule, of, [-6000000, 6000000], [-255, 255])).toBe(false);
  expect(isExactReal(rule, of, [-6000000, 6000000], [-100, 100])).toBe(
    Array.from({ length: 12000001 }, (_, i) => i - 6000000).every(
      (acc) =>
        Math.abs(byReal(2 ** 30, -14, acc) - requantizeOne(acc, 2 ** 30, -14)) === 0 ||
        Math.abs(requantizeOne(acc, 2 ** 30, -14)) > 100,
    ),
  );
}, 60000);

it('looks at the step to the greatest value that is not clamped', () => {
  // The one that a shift of −14 gets wrong is from −170 to −169.
  const of = { multiplier: 2 ** 30, shift: -14 };
  const rule = realParameters(of.multiplier, of.shift);
  const around = [-5554175 - 20000, -5554175 + 40000] as const;
  expect(isExactReal(rule, of, around, [-170, -169])).toBe(false);
  expect(isExactReal(rule, of, around, [-169, -160])).toBe(false);
  expect(isExactReal(rule, of, around, [-168, -160])).toBe(true);
});

it('says yes exactly where every accumulator agrees', () => {
  const problem = fc.record({
    multiplier: fc.integer({ min: 2 ** 30, max: 2 ** 31 - 1 }),
    shift: fc.integer({ min: -20, max: -13 }),
    least: fc.integer({ min: -40000, max: 40000 }),
    length: fc.integer({ min: 0, max: 20000 }),
  });
  fc.assert(
    fc.property(problem, ({ multiplier, shift, least, length }) => {
      const values = [-128, 127] as const;
      const accs = Array.from({ length: length + 1 }, (_, i) => least + i);
      const agree = accs.every(
        (acc) =>
          clampTo(byReal(multiplier, shift, acc), values) === clampTo(requantizeOne(acc, multiplier, shift), values),
      );
      const rule = realParameters(multiplier, shift);
      expect(isExactReal(rule, { multiplier, shift }, [least, least + length], values)).toBe(agree);
    }),
    { numRuns: 60 },
  );
});

it('finds outputs that no input changes', () => {
  const multipliers = {
    multiplier: Int32Array.from([2 ** 30, 2 ** 30, 2 ** 30]),
    shift: Int32Array.from([-20, -20, -3]),
  };
  const ranges = [
    [1e6, 1.2e6],
    [-1e7, 1e7],
    [0, 0],
  ] as const;
  // 1,100,000 / 2^21 is half of one: everything below 1,048,576 rounds to 0, everything above to 1.
  expect(prove([[1.1e6, 1.2e6], ranges[1], ranges[2]], multipliers, [-128, 127])).toEqual([
    { constant: 1 },
    { real: expect.any(Boolean) },
    {},
  ]);
});
