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
