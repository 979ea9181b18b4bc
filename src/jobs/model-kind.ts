import { isModel } from '../format/read.ts';
import { isFloatTflite } from '../import/tflite/is-float-tflite.ts';
import { isTflite } from '../import/tflite/model.ts';
import { isJson } from './file-start.ts';

/** What a command or a page does with a file: it runs it, quantises it, or compiles it. */
export type ModelKind = 'lbm' | 'network' | 'float' | 'int8';

/**
 * What model a file holds, by its bytes: of a `.tflite` by the types of its tensors, without importing it. A file of no known
 * kind counts as int8: `importModel` tells what is wrong with it. Throws what `readTflite` throws.
 */
export function modelKind(bytes: Uint8Array, source: string): ModelKind {
  if (isModel(bytes)) return 'lbm';
  if (isJson(bytes)) return 'network';
  return isTflite(bytes) && isFloatTflite(bytes, source) ? 'float' : 'int8';
}
