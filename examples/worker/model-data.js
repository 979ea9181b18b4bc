import { load } from 'liteblock';
import bytes from './models/model.bin';

/** A .lbm as a data module (the rule in wrangler.jsonc makes it an ArrayBuffer); the engine is a module of liteblock. */
export const model = await load(bytes);
