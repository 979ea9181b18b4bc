import { readFile } from 'node:fs/promises';
import { compile } from '../compiler/compile.ts';
import { importModel } from '../compiler/import-model.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import { isModel, readHeader, readModel } from '../format/read.ts';
import { foreignJsonFile } from '../network/foreign-json.ts';
import type { Notes } from '../pack/pack.ts';
import { quantizedEngine } from './engines.ts';
import { importOptions, refuseShapes, type ShapeOptions } from './shapes.ts';

/** A model of the command line: compiled just now, or read from a `.lbm`. */
export interface LoadedModel {
  /** The `.lbm`. */
  readonly bytes: Uint8Array;
  readonly file: ModelFile;
  readonly header: ReturnType<typeof readHeader>;
  /** Bytes of the file that was named. */
  readonly sourceBytes: number;
  readonly compiled: boolean;
}

/** Reads a file. Throws file-unreadable. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'this is a directory' : message;
    throw new LiteBlockError('file-unreadable', `${path}: ${why}`, [], { cause });
  }
}

/** MODEL of every command: a `.lbm`, known by its first bytes, or a model to be compiled, then with shapes and `notes`. */
export async function loadModel(path: string, options: ShapeOptions = {}, notes: Notes = {}): Promise<LoadedModel> {
  const source = await readBytes(path);
  refuseNetwork(source, path);
  const compiled = !isModel(source);
  if (!compiled) refuseShapes(path, options);
  const bytes = compiled ? await compiledBytes(source, path, options, notes) : source;
  const file = readModel(bytes, path);
  return { bytes, file, header: readHeader(bytes, path), sourceBytes: source.length, compiled };
}

/** With the known answer that this machine's engine gives. */
async function compiledBytes(
  source: Uint8Array,
  path: string,
  options: ShapeOptions,
  notes: Notes,
): Promise<Uint8Array> {
  const graph = importModel(source, path, importOptions(options));
  return compile(graph, { ...notes, evaluate: await quantizedEngine() }).bytes;
}

/** True for what begins as JSON does: a network.json. */
export const isJson = (bytes: Uint8Array): boolean => /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64)));

function refuseNetwork(bytes: Uint8Array, path: string): void {
  if (!isJson(bytes)) return;
  const foreign = foreignJsonFile(bytes);
  if (foreign) throw new LiteBlockError('file-invalid', `${path}: this is ${foreign}`);
  const how = `liteblock quantize ${path} --weights FILE.safetensors --data IMAGES -o out.lbm`;
  throw new LiteBlockError('unsupported', `${path}: a network without weights: make a model of it first: ${how}`);
}
