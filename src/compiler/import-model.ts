import { checkKind, checkLike, checkOptions } from '../format/arguments.ts';
import { type ErrorCode, LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { type ForeignFile, type ForeignKind, foreignFile } from '../import/foreign-file.ts';
import { type ImportOptions, importTflite } from '../import/tflite/import-tflite.ts';
import { isTflite } from '../import/tflite/model.ts';
import { foreignJsonFile } from '../network/foreign-json.ts';
import { lower } from '../passes/lower.ts';

/**
 * A model file as a graph that is ready to compile. `source` names it in messages. Throws usage for shapes that do not fit,
 * file-truncated, file-invalid,
 * file-version or unsupported.
 */
export function importModel(bytes: Uint8Array, source: string, options: ImportOptions = {}): Graph {
  checkImport('importModel', bytes, source, options);
  for (const [name, shape] of Object.entries(givenShapes(options))) {
    checkLike(`importModel: the shape of "${name}"`, shape, [Number.NaN]);
  }
  if (isTflite(bytes)) return lower(importTflite(bytes, source, options));
  const foreign = foreignFile(bytes);
  if (foreign) throw refusal(foreign, bytes, source);
  if (bytes.length < 8) {
    throw new LiteBlockError(
      'file-truncated',
      `${source}: the file has ${bytes.length} bytes, too few for a model (.tflite)`,
    );
  }
  throw new LiteBlockError('file-invalid', `${source}: this is not a model of a known format (.tflite)`);
}

/** Throws for a value that is not a file, for a name that is not a string, and for options that an import does not have. */
export function checkImport(
  what: string,
  bytes: Uint8Array,
  source: string,
  options: ImportOptions,
  more: Readonly<Record<string, 'function'>> = {},
): void {
  checkKind(`${what}: bytes`, bytes, 'Uint8Array');
  checkKind(`${what}: source`, source, 'String');
  checkOptions(what, options, { shapes: '', signature: 'string', onNote: 'function', ...more });
}

function givenShapes({ shapes = {} }: ImportOptions): object {
  checkKind('importModel: shapes', shapes, 'Object');
  return shapes;
}

const codes: Partial<Record<ForeignKind, ErrorCode>> = {
  lbm: 'usage',
  onnx: 'unsupported',
  safetensors: 'unsupported',
};

function refusal({ kind, what, forModel }: ForeignFile, bytes: Uint8Array, source: string): LiteBlockError {
  const json = kind === 'json' ? foreignJsonFile(bytes) : undefined;
  return new LiteBlockError(codes[kind] ?? 'file-invalid', `${source}: this is ${json ?? `${what}: ${forModel}`}`);
}
