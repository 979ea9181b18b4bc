/**
 * Load and run models. Node, Deno, Bun, pages and Cloudflare Workers import the same name and have the same functions; in Node,
 * Deno and Bun `load` takes a path, too.
 *
 * @example
 * import { load } from 'liteblock';
 *
 * const model = await load('model.lbm', { ramBytes: 64 * 1024 }); // refused where it needs more
 * const [scores] = model.run(new Int8Array(model.inputs[0]!.imageBytes));
 * model.dispose();
 *
 * @module liteblock
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cached, compileEngine, type EngineProvider } from './engine.ts';
import { engineBytes } from './engine-inline.ts';
import { type LoadOptions, loadModel } from './load.ts';
import type { Model } from './model.ts';
import type { Source } from './source.ts';

export * from './public.ts';

/** Beside dist/ and src/ alike. */
const scalarEngine = new URL('../../build/engine.scalar.wasm', import.meta.url);

const engine: EngineProvider = cached(async (tier) =>
  tier === 'simd'
    ? compileEngine(engineBytes(), 'engine.simd.wasm')
    : compileEngine(await readFile(scalarEngine), fileURLToPath(scalarEngine)),
);

/** Loads a `.lbm` in Node, Deno and Bun; a string is a path. */
export const load = (source: Source, options: LoadOptions = {}): Promise<Model> =>
  loadModel(source, options, { engine, readFile });
