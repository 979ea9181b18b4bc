// Bundles the runtime for pages: dist/browser.js is one self-contained file (loader and simd engine inside), and
// dist/engine.scalar.wasm lies beside it for hosts without SIMD. build/size/browser.js is the same code without the
// inlined engine, which the size budget counts (DESIGN.md section 8).
import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

const common = {
  entryPoints: [path('src/runtime/browser.ts')],
  bundle: true,
  format: 'esm',
  minify: true,
  platform: 'browser',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
};

await build({ ...common, outfile: path('dist/browser.js') });
await build({ ...common, outfile: path('build/size/browser.js'), external: ['./engine-inline.ts'] });
copyFileSync(path('build/engine.scalar.wasm'), path('dist/engine.scalar.wasm'));

const gzipped = (relative) => gzipSync(readFileSync(path(relative)), { level: 9 }).length;
const bytes = (count) => count.toLocaleString('en');
const [script, engine] = [gzipped('build/size/browser.js'), gzipped('build/engine.simd.wasm')];
const whole = readFileSync(path('dist/browser.js')).length;
console.log(
  `runtime ${bytes(script + engine)} bytes gzipped (script ${bytes(script)}, engine ${bytes(engine)}); ` +
    `dist/browser.js ${bytes(whole)} bytes, ${bytes(gzipped('dist/browser.js'))} gzipped`,
);
