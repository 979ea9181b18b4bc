import { unbundle } from '../../bundle/unbundle.ts';
import { isWasm } from '../../bundle/wasm.ts';
import { type Compiled, compile } from '../../compiler/compile.ts';
import { importFile } from '../../compiler/import-file.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ModelFile } from '../../format/model-file.ts';
import { readPostprocess } from '../../format/postprocess.ts';
import { isModel, readHeader, readModel } from '../../format/read.ts';
import type { FileNotes } from '../../graph/graph.ts';
import { quantizedEvaluator } from '../../jobs/evaluators.ts';
import { isJson } from '../../jobs/file-start.ts';
import { foreignJsonFile } from '../../network/foreign-json.ts';
import type { Notes } from '../../pack/pack.ts';
import { builtEngines } from '../engines.ts';
import { readInput } from '../files/read-input.ts';
import { planOptions, type RamOptions } from '../options/ram.ts';
import { importOptions, refuseShapes, type ShapeOptions } from '../options/shapes.ts';

/** A model of the command line: compiled just now, or read from a `.lbm` or a bundle. */
export interface LoadedModel {
  /** The `.lbm`. */
  readonly bytes: Uint8Array;
  /** What `load` takes: the `.lbm`, or the bundle with its own engine. A WASI command runs on the engine of this package. */
  readonly runnable: Uint8Array;
  readonly file: ModelFile;
  readonly header: ReturnType<typeof readHeader>;
  /** Bytes of the file that was named. */
  readonly sourceBytes: number;
  readonly compiled: boolean;
  /** What the metadata of a `.tflite` says of it. */
  readonly notes?: FileNotes | undefined;
  /** Why a model that was compiled just now has no known answer, where it should have one. */
  readonly unanswered?: string;
}

/** How a model that is not compiled yet is compiled. */
export interface ModelInputOptions extends ShapeOptions, RamOptions {
  /** Run it for its known answer: for files that are kept, and for self-tests. */
  readonly answer?: boolean;
}

/** Reads a file, or standard input. Throws file-unreadable. */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readInput(path);
}

/** MODEL of every command: a `.lbm` or a bundle, known by its first bytes, or a model to be compiled with shapes and `notes`. */
export async function loadModel(
  path: string,
  options: ModelInputOptions = {},
  notes: Notes = {},
): Promise<LoadedModel> {
  const source = await readBytes(path);
  refuseNetwork(source, path);
  const compiled = !isModel(source) && !isWasm(source);
  if (!compiled) refuseShapes(path, options);
  const {
    bytes,
    runnable = bytes,
    unanswered,
    notes: told,
  } = compiled ? await compiledOf(source, path, options, notes) : opened(source, path);
  const file = readModel(bytes, path);
  if (file.postprocess) readPostprocess(file.postprocess, file.outputs, path); // checked before anything runs
  return {
    ...{ bytes, runnable, file, header: readHeader(bytes, path) },
    ...{ sourceBytes: source.length, compiled },
    ...(told && { notes: told }),
    ...(unanswered && { unanswered }),
  };
}

/** The bytes of a model, and where they are not the same those that run. */
interface Opened extends Pick<Compiled, 'bytes' | 'unanswered'> {
  readonly runnable?: Uint8Array;
  /** What the metadata of a `.tflite` says of it. */
  readonly notes?: FileNotes | undefined;
}

function opened(source: Uint8Array, path: string): Opened {
  if (!isWasm(source)) return { bytes: source };
  const { bytes, isCommand } = unbundle(source, path);
  return { bytes, ...(!isCommand && { runnable: source }) };
}

async function compiledOf(source: Uint8Array, path: string, options: ModelInputOptions, notes: Notes): Promise<Opened> {
  const { answer } = options;
  const graph = await importFile(source, path, importOptions(path, options));
  const compiled = compile(graph, {
    ...notes,
    ...planOptions(options),
    ...(answer && { evaluate: await quantizedEvaluator(builtEngines) }),
  });
  return { ...compiled, notes: graph.notes };
}

function refuseNetwork(bytes: Uint8Array, path: string): void {
  if (!isJson(bytes)) return;
  const foreign = foreignJsonFile(bytes);
  if (foreign) throw new LiteBlockError('file-invalid', `${path}: this is ${foreign}`);
  const how = `liteblock quantize ${path} --weights FILE.safetensors --data IMAGES -o out.lbm`;
  throw new LiteBlockError('unsupported', `${path}: a network without weights: make a model of it first: ${how}`);
}
