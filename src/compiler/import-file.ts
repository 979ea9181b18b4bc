import type { Graph } from '../graph/graph.ts';
import type { Quantization, TensorId } from '../graph/tensor.ts';
import type { ExternalData } from '../import/onnx/external-data.ts';
import { isOnnx } from '../import/onnx/is-onnx.ts';
import { isProgram } from '../import/pytorch/archive-names.ts';
import { withoutSingleBlocks } from '../import/pytorch/single-blocks.ts';
import type { Completion } from '../import/quantization/completion.ts';
import { type ImportOptions, importTflite } from '../import/tflite/import-tflite.ts';
import { isTflite } from '../import/tflite/model.ts';
import { zipEntries } from '../import/zip-entries.ts';
import { lower } from '../passes/lower.ts';
import { checkImport, importModel } from './import-model.ts';

export interface ImportFileOptions extends ImportOptions {
  /** Reads weights of an ONNX model that lie in files beside it. Absent: a model that has such weights is refused. */
  readonly externalData?: ExternalData;
}

/**
 * A model file of any format that is read (.tflite, .pt2, .onnx) as a graph with everything folded and fused: a float one is ready
 * to be quantised, an int8 one to be compiled. Importers of formats other than .tflite are loaded when a file wants them. `source`
 * names the file in messages. Throws usage for shapes that do not fit, file-truncated, file-invalid, file-version or unsupported.
 */
export async function importFile(bytes: Uint8Array, source: string, options: ImportFileOptions = {}): Promise<Graph> {
  checkImport('importFile', bytes, source, options, { externalData: 'function' });
  if (isOnnx(bytes)) return lower(await unloweredOnnx(bytes, source, options));
  if (!isPt2(bytes)) return importModel(bytes, source, withoutExternalData(options));
  return withoutSingleBlocks(lower(await unlowered(bytes, source, options)));
}

/** A file that is quantised but for something, with scales for that, and the tensors that got one, by their names in the file. */
export interface CompletedFile {
  readonly graph: Graph;
  readonly calibrated: readonly string[];
}

/**
 * A .pt2 or .onnx that leaves something in real values between what is quantised, as an int8 graph: what the file quantises keeps
 * its numbers, all else has scales from `calibrate`, which is given the file in real values and gives it quantised, tensor for tensor.
 * Throws what `importFile` throws.
 */
export async function importCompleted(
  bytes: Uint8Array,
  source: string,
  options: ImportFileOptions,
  calibrate: (real: Graph) => Graph | Promise<Graph>,
): Promise<CompletedFile> {
  const made = new Map<string, TensorId>();
  const onReal = (name: string, id: TensorId): void => void made.set(name, id);
  const read = isOnnx(bytes) ? unloweredOnnx : unlowered;
  const { tensors } = await calibrate(await read(bytes, source, { ...options, completion: { onReal } }));
  const scales = new Map<string, Quantization>();
  for (const [name, id] of made) {
    const { quantization } = tensors[id];
    if (quantization) scales.set(name, quantization);
  }
  const used = new Set<string>();
  const graph = await read(bytes, source, { ...options, completion: { scales, onScale: (name) => used.add(name) } });
  return { graph: withoutSingleBlocks(lower(graph)), calibrated: [...used] };
}

/** The same as the file has it, node by node. */
export async function importUnlowered(
  bytes: Uint8Array,
  source: string,
  options: ImportFileOptions = {},
): Promise<Graph> {
  if (isOnnx(bytes)) return unloweredOnnx(bytes, source, options);
  if (isTflite(bytes)) return importTflite(bytes, source, options);
  return isPt2(bytes) ? unlowered(bytes, source, options) : importModel(bytes, source, withoutExternalData(options));
}

/** What `importModel` is given: it takes no formats that have weights beside them. */
function withoutExternalData({ externalData: _, ...options }: ImportFileOptions): ImportOptions {
  return options;
}

type Completed<Options> = Options & { readonly completion?: Completion };

const isPt2 = (bytes: Uint8Array): boolean => isProgram(zipEntries(bytes));

async function unlowered(bytes: Uint8Array, source: string, options: Completed<ImportOptions>): Promise<Graph> {
  const { importPt2 } = await import('../import/pytorch/import-pt2.ts');
  return importPt2(bytes, source, options);
}

async function unloweredOnnx(bytes: Uint8Array, source: string, options: Completed<ImportFileOptions>): Promise<Graph> {
  const { importOnnx } = await import('../import/onnx/import-onnx.ts');
  return importOnnx(bytes, source, options);
}
