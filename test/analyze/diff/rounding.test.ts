import { expect, it } from 'vitest';
import { roundings } from '../../../src/analyze/diff/rules/rounding.ts';
import { requantizeOne } from '../../../src/arithmetic/fixed-point.ts';

const named = (part: string) => {
  const found = roundings.find(({ does }) => does.includes(part));
  if (!found) throw new Error(part);
  return found.requantize;
};

/** ¼ as multiplier and shift: halves come of 2, −2, 6, −6, 10, −10. */
const [quarter, shift] = [2 ** 30, -1];
const halves = [2, -2, 6, -6, 10, -10];

it.each<[string, number[]]>([
  ['rounds once', [1, 0, 2, -1, 3, -2]],
  ['halves to even', [0, 0, 2, -2, 2, -2]],
  ['double', [1, -1, 2, -2, 3, -3]],
  ['ruy', [1, 0, 2, -1, 3, -2]],
  ['cuts off', [0, 0, 1, -1, 2, -2]],
  ['shifts', [0, -1, 1, -2, 2, -3]],
])('what %s makes of halves', (name, wanted) => {
  expect(halves.map((acc) => named(name)(acc, quarter, shift) + 0)).toEqual(wanted);
});

it('one rounding gives 11 where two give 12', () => {
  expect(requantizeOne(7984, 1583594044, -9)).toBe(12);
  expect(named('rounds once')(7984, 1583594044, -9)).toBe(11);
  expect(named('halves to even')(7984, 1583594044, -9)).toBe(11);
  expect(named('ruy')(7984, 1583594044, -9)).toBe(12);
});

it('a shift to the left is followed by all', () => {
  for (const { requantize } of roundings) expect(requantize(5, 2 ** 30, 3)).toBe(20);
});
