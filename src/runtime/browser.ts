import { browserEngine } from './browser-engine.ts';
import { type LoadOptions, loadModel } from './load.ts';
import type { Model } from './model.ts';
import type { Source } from './source.ts';

export * from './public.ts';

/** Loads a `.lbm` in a page or a web worker: from its bytes, a Response or a URL. */
export const load = (source: Source, options: LoadOptions = {}): Promise<Model> =>
  loadModel(source, options, { engine: browserEngine });
