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
import { readFile, stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { cached, compileEngine, type EngineProvider } from './engine.ts';
import { engineBytes } from './engine-inline.ts';
import { type LoadOptions, loadModel } from './load.ts';
import type { Model } from './model.ts';
import type { ReadFile, Source } from './source.ts';

export * from './public.ts';

/** Beside dist/ and src/ alike. */
const scalarEngine = new URL('../../build/engine.scalar.wasm', import.meta.url);

const engine: EngineProvider = cached(async (tier) =>
  tier === 'simd'
    ? compileEngine(engineBytes(), 'engine.simd.wasm')
    : compileEngine(await readFile(scalarEngine), fileURLToPath(scalarEngine)),
);

/** Of files alone: a pipe that nobody writes would never end, nor would some devices. */
const readRegular: ReadFile = async (path) => {
  const stats = await stat(path);
  if (stats.isFile() || stats.isDirectory()) return readFile(path); // of a folder it says that it is one
  throw new Error('it is a pipe, socket or device, not a file: read it and give its bytes');
};

/** Loads a `.lbm` in Node, Deno and Bun; a string is a path. */
export const load = (source: Source, options: LoadOptions = {}): Promise<Model> =>
  loadModel(source, options, { engine, readFile: readRegular });
