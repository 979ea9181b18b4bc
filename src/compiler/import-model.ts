import { checkKind } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { type ImportOptions, importTflite } from '../import/tflite/import-tflite.ts';
import { isTflite } from '../import/tflite/model.ts';
import { lower } from '../passes/lower.ts';

/** What a file is by its first bytes, whatever its name says. */
type Kind = 'tflite' | 'lbm' | 'html' | 'safetensors' | 'onnx' | 'zip' | 'unknown';

/**
 * A model file as a graph that is ready to compile. `source` names it in messages. Throws usage for shapes that do not fit,
 * file-truncated, file-invalid,
 * file-version or unsupported.
 */
export function importModel(bytes: Uint8Array, source: string, options: ImportOptions = {}): Graph {
  checkKind('importModel: bytes', bytes, 'Uint8Array');
  checkKind('importModel: source', source, 'String');
  checkKind('importModel: options', options, 'Object');
  if (options.shapes !== undefined) checkKind('importModel: shapes', options.shapes, 'Object');
  const kind = recognize(bytes);
  if (kind === 'tflite') return lower(importTflite(bytes, source, options));
  if (bytes.length < 8) {
    throw new LiteBlockError('file-truncated', `${source}: ${bytes.length} bytes are no model (a .tflite file)`);
  }
  throw refusals[kind](source);
}

const refusals: Record<Exclude<Kind, 'tflite'>, (source: string) => LiteBlockError> = {
  lbm: (source) => new LiteBlockError('usage', `${source}: it is compiled already (run it, or give its .tflite)`),
  html: (source) =>
    new LiteBlockError(
      'file-invalid',
      `${source}: this is an HTML page, not a model (a server may have answered with an error page; give the address of the file itself)`,
    ),
  onnx: (source) => new LiteBlockError('unsupported', `${source}: ONNX is not supported yet (.tflite)`),
  safetensors: (source) =>
    new LiteBlockError(
      'unsupported',
      `${source}: safetensors are weights alone (give the network.json that they belong to, and these with --weights)`,
    ),
  zip: (source) =>
    new LiteBlockError('file-invalid', `${source}: this is a zip archive, not a model (unpack its .tflite)`),
  unknown: (source) => new LiteBlockError('file-invalid', `${source}: not a model that is known (.tflite)`),
};

function recognize(bytes: Uint8Array): Kind {
  if (isTflite(bytes)) return 'tflite';
  const start = String.fromCharCode(...bytes.subarray(0, 64));
  if (start.startsWith('LBM\0')) return 'lbm';
  if (/^\s*<(!do|htm|hea|\?xml)/i.test(start.replace('\xef\xbb\xbf', ''))) return 'html';
  if (start.startsWith('PK')) return 'zip';
  // Eight bytes of length, of which the upper ones are 0, then a JSON object.
  if (start.startsWith('\0\0\0{', 5)) return 'safetensors';
  if (isOnnx(bytes)) return 'onnx';
  return 'unknown';
}

/** A protobuf with ir_version (field 1), a small number, and then another field of ModelProto (2 to 8). */
function isOnnx([tag = 0, irVersion = 0, next = 0]: Uint8Array): boolean {
  const field = next >> 3;
  return tag === 0x08 && irVersion >= 3 && irVersion < 32 && field >= 2 && field <= 8;
}
