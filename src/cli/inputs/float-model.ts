import { importFile } from '../../compiler/import-file.ts';
import { importNetwork, importSeeded } from '../../compiler/import-network.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { isModel } from '../../format/read.ts';
import { type Graph, isFloat } from '../../graph/graph.ts';
import { isOnnx } from '../../import/onnx/is-onnx.ts';
import { isProgram } from '../../import/pytorch/archive-names.ts';
import { zipEntries } from '../../import/zip-entries.ts';
import { isJson } from '../../jobs/file-start.ts';
import { modelKind } from '../../jobs/model-kind.ts';
import { importOptions, refuseShapes, type ShapeOptions } from '../options/shapes.ts';
import { readBytes } from './load-model.ts';

/** Where the weights of a network.json come from. */
export interface WeightOptions {
  readonly weights?: string;
  readonly seed?: number;
  /** Told what was done about names of the weights. */
  readonly onNote?: (text: string) => void;
}

/**
 * A float model, ready to be quantised: a network.json with its weights, or a float .tflite, .pt2 or .onnx. Throws usage where it is int8
 * already, or where weights are missing or given in vain.
 */
export async function loadFloatModel(path: string, options: WeightOptions & ShapeOptions): Promise<Graph> {
  const bytes = await readBytes(path);
  if (isJson(bytes)) refuseShapes(path, options);
  if (isJson(bytes)) return loadNetwork(path, bytes, options);
  const given = options.weights === undefined ? (options.seed === undefined ? undefined : '--seed') : '--weights';
  if (given) throw new LiteBlockError('usage', `${path}: it contains its weights: ${given} is for a network.json`);
  if (isModel(bytes)) throw new LiteBlockError('usage', `${path}: this is a .lbm, which is int8 already`);
  const graph = await importFile(bytes, path, importOptions(path, options));
  if (!isFloat(graph)) {
    throw new LiteBlockError('usage', `${path}: it is int8 already: liteblock compile ${path} -o out.lbm`);
  }
  return graph;
}

/**
 * The bytes of a .pt2 or .onnx that is quantised but for something, which images can complete; undefined for any other file, whatever is
 * wrong with it.
 */
export async function readIncomplete(path: string, options: ShapeOptions): Promise<Uint8Array | undefined> {
  const bytes = await readBytes(path);
  if (!(isOnnx(bytes) || isProgram(zipEntries(bytes))) || modelKind(bytes, path) !== 'int8') return undefined;
  try {
    await importFile(bytes, path, importOptions(path, options));
    return undefined;
  } catch (error) {
    return error instanceof LiteBlockError && error.code === 'unsupported' ? bytes : undefined;
  }
}

async function loadNetwork(path: string, bytes: Uint8Array, { weights, seed, onNote }: WeightOptions): Promise<Graph> {
  const json = new TextDecoder().decode(bytes);
  if (weights !== undefined && seed !== undefined) {
    throw new LiteBlockError('usage', `${path}: give either --weights or --seed, not both`);
  }
  if (weights !== undefined) {
    return importNetwork(json, await readBytes(weights), { source: path, weightsSource: weights, onNote });
  }
  if (seed !== undefined) return importSeeded(json, seed, { source: path });
  const how = 'give --weights FILE.safetensors or FILE.pt, or --seed N for random ones';
  throw new LiteBlockError('usage', `${path}: a network.json has no weights: ${how}`);
}
