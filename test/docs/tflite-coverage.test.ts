import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

/** What real .tflite files need, and the tests that hold it. A sample of test/data/reference is run by test/reference/compare.test.ts. */
const coverage = JSON.parse(readFileSync('test/data/tflite-coverage.json', 'utf8')) as Record<string, string[]>;

it.each(Object.entries(coverage))('%s has the tests that the list names', (_, paths) => {
  expect(paths.length).toBeGreaterThan(0);
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
});

it('every stored sample of random models is named, or of an activation alone', () => {
  const named = new Set(Object.values(coverage).flat());
  const samples = readdirSync('test/data/reference').map((name) => `test/data/reference/${name}`);
  expect(samples.filter((path) => !named.has(path) && !/RELU6?\.json$/.test(path))).toEqual([]);
});
