import { isModel } from '../format/read.ts';
import { isOnnx } from '../import/onnx/is-onnx.ts';
import { isQuantizedOnnx } from '../import/onnx/is-quantized-onnx.ts';
import { isProgram } from '../import/pytorch/archive-names.ts';
import { isQuantizedProgram } from '../import/pytorch/is-quantized-program.ts';
import { isFloatTflite } from '../import/tflite/is-float-tflite.ts';
import { isTflite } from '../import/tflite/model.ts';
import { zipEntries } from '../import/zip-entries.ts';
import { isJson } from './file-start.ts';

/** What a command or a page does with a file: it runs it, quantises it, or compiles it. */
export type ModelKind = 'lbm' | 'network' | 'float' | 'int8';

/**
 * What model a file holds, by its bytes: of a `.tflite` by the types of its tensors, of a `.pt2` and an `.onnx` by its operators, without importing it. A
 * file of no known kind counts as int8: `importFile` tells what is wrong with it. Throws what `readTflite` and `ZipArchive` throw.
 */
export function modelKind(bytes: Uint8Array, source: string): ModelKind {
  if (isModel(bytes)) return 'lbm';
  if (isJson(bytes)) return 'network';
  if (isProgram(zipEntries(bytes))) return isQuantizedProgram(bytes, source) ? 'int8' : 'float';
  if (isOnnx(bytes)) return isQuantizedOnnx(bytes) ? 'int8' : 'float';
  return isTflite(bytes) && isFloatTflite(bytes, source) ? 'float' : 'int8';
}
