import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compatibilityDate } from '../../scripts/worker.mjs';
import { bundle } from '../../src/bundle/bundle.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';

/** What `load` says on workerd, where no bytes are compiled. */

const script = `
  import { load } from 'liteblock';
  import model from './model.bin';
  import engine from './engine.bin';
  import bundled from './bundle.bin';
  import scalar from './scalar.wasm';

  const attempts = {
    model: () => load(model),
    engine: () => load(model, { engine }),
    engineArray: () => load(model, { engine: new Uint8Array(engine) }),
    bundle: () => load(bundled),
    scalar: () => load(model, { tier: 'scalar' }),
    module: () => load(model, { tier: 'scalar', engine: scalar }),
  };
  export default {
    async fetch(request) {
      try {
        const loaded = await attempts[new URL(request.url).pathname.slice(1)]();
        return new Response('tier ' + loaded.tier);
      } catch (error) {
        return new Response(error.code + ': ' + error.message);
      }
    },
  };
`;

/** Wasm and data stay modules of their own, as wrangler has them. */
const besideTheScript: Plugin = {
  name: 'beside the script',
  setup({ onResolve }) {
    onResolve({ filter: /\.(wasm|bin)$/ }, ({ path }) => ({ path: `./${basename(path)}`, external: true }));
  },
};

let worker: Miniflare;
const said = async (attempt: string) => (await worker.dispatchFetch(`http://worker/${attempt}`)).text();

beforeAll(async () => {
  const source = readFileSync('test/data/litenet_digits/litenet_digits_int8.tflite');
  const graph = importModel(source, 'digits.tflite');
  const model = compile(graph).bytes;
  const engine = readFileSync('build/engine.simd.wasm');
  const { outputFiles } = await build({
    stdin: { contents: script, resolveDir: process.cwd() },
    bundle: true,
    format: 'esm',
    conditions: ['workerd'],
    plugins: [besideTheScript],
    write: false,
    logLevel: 'warning',
  });
  const file = (type: 'CompiledWasm' | 'Data', path: string, contents: Uint8Array) => ({
    type,
    path,
    contents: new Uint8Array(contents),
  });
  worker = new Miniflare({
    modules: [
      { type: 'ESModule', path: 'worker.js', contents: outputFiles[0]?.text as string },
      file('Data', 'model.bin', model),
      file('Data', 'engine.bin', engine),
      file('Data', 'bundle.bin', bundle(model, engine)),
      file('CompiledWasm', 'scalar.wasm', readFileSync('build/engine.scalar.wasm')),
      file('CompiledWasm', 'engine.simd.wasm', engine),
    ],
    compatibilityDate,
  });
  await worker.ready;
});
afterAll(() => worker.dispose());

const advice =
  "this host does not compile bytes: import the .wasm as a module (import module from './FILE.wasm') and pass that";

it('a .lbm that was imported as data runs on the engine of the package', async () => {
  expect(await said('model')).toBe('tier simd');
});

it.each(['engine', 'engineArray'])(
  'bytes of an engine give the advice to import it as a module: %s',
  async (attempt) => {
    expect(await said(attempt)).toBe(`engine: engine: ${advice}`);
  },
);

it('bytes of a bundle give the same advice', async () => {
  expect(await said('bundle')).toBe(`engine: bundle: ${advice}`);
});

it('the scalar tier is told to be imported', async () => {
  expect(await said('scalar')).toBe(
    "engine: load: tier 'scalar' is not part of this entry: import it from 'liteblock/engine.scalar.wasm' and pass it as engine",
  );
});

it('an engine that was imported as a module runs', async () => {
  expect(await said('module')).toBe('tier scalar');
});
