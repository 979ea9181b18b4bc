import simdEngine from '../../build/engine.simd.wasm';
import { LiteBlockError } from '../format/errors.ts';
import type { EngineProvider } from './engine.ts';
import { type LoadOptions, loadModel } from './load.ts';
import type { Model } from './model.ts';
import type { Source } from './source.ts';

export * from './public.ts';

/** Workers compile no bytes: the engine is an imported module, and the scalar one has to be imported by who wants it. */
const engine: EngineProvider = async (tier) => {
  if (tier === 'simd') return simdEngine;
  const how = "import it from 'liteblock/engine.scalar.wasm' and pass it as engine";
  throw new LiteBlockError('engine', `load: tier 'scalar' is not part of this entry: ${how}`);
};

/** Loads a `.lbm` on Cloudflare Workers: from its bytes (an imported `.bin`, KV, R2), a Response or a URL. */
export const load = (source: Source, options: LoadOptions = {}): Promise<Model> =>
  loadModel(source, options, { engine });
