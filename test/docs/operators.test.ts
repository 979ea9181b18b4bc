import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { catalogue } from '../../src/ops/catalogue.ts';

const path = (relative: string): string => fileURLToPath(new URL(`../../${relative}`, import.meta.url));

it('has docs/operators.md as the catalogue prints it now', () => {
  execFileSync(process.execPath, [path('scripts/generate-docs.mjs'), '--check'], { stdio: 'pipe' });
});

it.each(catalogue.map(({ type, kernels }) => [type, kernels[0]?.name ?? '']))(
  'names %s and its kernel',
  (type, kernel) => {
    const rows = readFileSync(path('docs/operators.md'), 'utf8').split('\n');
    const row = rows.filter((line) => line.startsWith(`| ${type} |`));
    expect(row).toHaveLength(1);
    expect(row[0]).toMatch(new RegExp(`\\b${kernel}\\b.* \\|$`));
  },
);
