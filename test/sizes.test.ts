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
