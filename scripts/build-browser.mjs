// Bundles the runtime for pages. dist/browser.js is one self-contained file (loader and simd engine inside), and
// dist/engine.scalar.js lies beside it for hosts without SIMD. dist/worker.js is the same for models in a web worker, whose
// code is a text inside; dist/worker-thread.js is that code as a file. build/size/browser.js is browser.js without the
// inlined engine, which the size budget counts (DESIGN.md section 8).
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));

/** The scalar engine stays a file of its own, which both entries share. */
const scalarApart = {
  name: 'scalar-apart',
  setup({ onResolve }) {
    onResolve({ filter: /\/engine-scalar-inline\.ts$/ }, ({ kind }) =>
      kind === 'entry-point' ? undefined : { path: './engine.scalar.js', external: true },
    );
  },
};

const common = {
  bundle: true,
  format: 'esm',
  minify: true,
  platform: 'browser',
  target: 'es2022',
  legalComments: 'none',
  logLevel: 'warning',
  plugins: [scalarApart],
};

const bundle = (source, outfile, options) =>
  build({ ...common, entryPoints: [path(source)], outfile: path(outfile), ...options });

await bundle('src/runtime/browser.ts', 'dist/browser.js');
await bundle('src/runtime/browser.ts', 'build/size/browser.js', { external: ['./engine-inline.ts'] });
await bundle('src/runtime/engine-scalar-inline.ts', 'dist/engine.scalar.js');
await bundle('src/runtime/worker-thread.ts', 'dist/worker-thread.js', { format: 'iife' });
const code = JSON.stringify(readFileSync(path('dist/worker-thread.js'), 'utf8'));
await bundle('src/runtime/worker.ts', 'dist/worker.js', { define: { WORKER_CODE: code } });

const gzipped = (relative) => gzipSync(readFileSync(path(relative)), { level: 9 }).length;
const bytes = (count) => count.toLocaleString('en');
const [script, engine] = [gzipped('build/size/browser.js'), gzipped('build/engine.simd.wasm')];
const whole = readFileSync(path('dist/browser.js')).length;
console.log(
  `runtime ${bytes(script + engine)} bytes gzipped (script ${bytes(script)}, engine ${bytes(engine)}); ` +
    `dist/browser.js ${bytes(whole)} bytes, ${bytes(gzipped('dist/browser.js'))} gzipped`,
);
