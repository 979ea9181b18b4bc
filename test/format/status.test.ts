import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { statuses } from '../../src/format/status.ts';

it('engine and host number the statuses alike', () => {
  const source = readFileSync('assembly/status.ts', 'utf8');
  const constants = Array.from(source.matchAll(/export const (\w+): i32 = (\d+);/g), ([, name, value]) => [
    name,
    Number(value),
  ]);
  const names = constants.map(([name]) =>
    `${name}`.replace('FEATURES_MISSING', 'FEATURES').toLowerCase().replaceAll('_', '-'),
  );
  expect(names).toEqual([...statuses]);
  expect(constants.map(([, value]) => value)).toEqual(statuses.map((_, i) => i));
});
