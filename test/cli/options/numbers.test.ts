import { expect, it } from 'vitest';
import { parseDistance } from '../../../src/cli/options/numbers.ts';
import { cli, digitsModel } from '../cli.ts';

it.each(['-1', '-0.001', '', ' ', 'x', 'NaN', 'Infinity'])('a distance of %j is refused', (text) => {
  expect(() => parseDistance(text)).toThrow('expected a number of 0 or more');
});

it.each([
  ['0', 0],
  ['0.01', 0.01],
  ['1e-5', 1e-5],
])('a distance of %j is taken', (text, distance) => {
  expect(parseDistance(text)).toBe(distance);
});

it('diff refuses a tolerance that nothing is within', async () => {
  const { status, err } = await cli('diff', digitsModel, digitsModel, '--tolerance', '-1');
  expect(status).toBe(2);
  expect(err).toMatch(/--tolerance <t>.*-1.* expected a number of 0 or more/);
});
