import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root } from '../support/runtimes.ts';

it('docs/api has what the types and comments of the entries say now, and no export lacks a comment', () => {
  execFileSync(process.execPath, [`${root}scripts/generate-api.mjs`, '--check'], { stdio: 'pipe' });
}, 300_000);

/** Entries without functions of their own: engines, the code of a worker, package.json. */
const withoutPage = /\.(wasm|json)$|worker-thread$/;

it('has a page for every entry of the package', async () => {
  const { exports } = (await import('../../package.json', { with: { type: 'json' } })).default;
  const entries = Object.keys(exports)
    .filter((entry) => !withoutPage.test(entry))
    .map((entry) => entry.replace(/^\./, 'liteblock'));
  const index = readFileSync(`${root}docs/api/README.md`, 'utf8');
  expect(entries.filter((entry) => !index.includes(`[${entry}]`))).toEqual([]);
  expect(entries).toContain('liteblock/quantize');
});
