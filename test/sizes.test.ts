import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';

/** Size budgets. build/size/browser.js is dist/browser.js without the engine's bytes (scripts/build-browser.mjs). */

const gzipped = (path: string): number => gzipSync(readFileSync(path), { level: 9 }).length;

it('the SIMD engine has at most 48 KB', () => {
  expect(readFileSync('build/engine.simd.wasm').length).toBeLessThanOrEqual(48 * 1024);
});

it('the float engine, which no page loads to run a model, has at most 8 KB', () => {
  const { length } = readFileSync('build/engine.float.wasm');
  console.log(`float engine ${length} bytes`);
  expect(length).toBeLessThanOrEqual(8 * 1024);
});

it('script and engine have at most 30 KB gzipped', () => {
  const [script, engine] = [gzipped('build/size/browser.js'), gzipped('build/engine.simd.wasm')];
  const whole = readFileSync('dist/browser.js').length;
  console.log(
    `runtime ${script + engine} bytes gzipped (script ${script}, engine ${engine}); dist/browser.js ${whole}`,
  );
  expect(script + engine).toBeLessThanOrEqual(30 * 1024);
});

it.each([
  ['engine.simd.wasm', 'build/engine.simd.wasm'],
  ['engine.scalar.wasm', 'build/engine.scalar.wasm'],
  ['dist/browser.js, self-contained', 'dist/browser.js'],
])('README.md has the size of %s, within a tenth', (row, path) => {
  const written = readFileSync('README.md', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`| ${row} |`));
  const bytes = Number(written?.split('|')[2]?.replaceAll(',', ''));
  expect(Math.abs(bytes / readFileSync(path).length - 1)).toBeLessThan(0.1);
});

it('docs/web.md has the size of the script, within a tenth', () => {
  const [, kilobytes, zipped] =
    /one script of (\d+) KB \((\d+) KB gzipped\)/.exec(readFileSync('docs/web.md', 'utf8')) ?? [];
  expect(Math.abs((1000 * Number(kilobytes)) / readFileSync('dist/browser.js').length - 1)).toBeLessThan(0.1);
  expect(Math.abs((1000 * Number(zipped)) / gzipped('dist/browser.js') - 1)).toBeLessThan(0.1);
});
