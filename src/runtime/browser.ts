import { cached, compileEngine, type EngineProvider } from './engine.ts';
import { engineBytes } from './engine-inline.ts';
import { type LoadOptions, loadModel } from './load.ts';
import type { Model } from './model.ts';
import { fetchBytes, type Source } from './source.ts';

export * from './public.ts';

const engine: EngineProvider = cached(async (tier) => {
  if (tier === 'simd') return compileEngine(engineBytes(), 'engine.simd.wasm');
  // Written out in full, so that bundlers see the file. Fetched only by hosts without SIMD.
  const { bytes, name } = await fetchBytes(new URL('./engine.scalar.wasm', import.meta.url));
  return compileEngine(bytes, name);
});

/** Loads a `.lbm` in a page or a web worker: from its bytes, a Response or a URL. */
export const load = (source: Source, options: LoadOptions = {}): Promise<Model> =>
  loadModel(source, options, { engine });
