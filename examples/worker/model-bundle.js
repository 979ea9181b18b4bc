import { load } from 'liteblock';
import bundle from './models/model.wasm';

/** A bundle, engine and model in one module, which Cloudflare compiles when the Worker is deployed. */
export const model = await load(bundle);
