export { type ErrorCode, LiteBlockError, type Problem } from '../format/errors.ts';
export type { Preprocessing } from '../format/model-file.ts';
export { realOfPixels } from '../format/preprocessing.ts';
export type { Tier } from './engine.ts';
export type { LoadOptions } from './load.ts';
export { type Interface, Model } from './model.ts';
export { hasSimd } from './probe.ts';
export type { Source } from './source.ts';
export type { Values } from './values.ts';
