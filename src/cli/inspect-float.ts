import { type Inspection, inspect } from '../analyze/inspect.ts';
import { compile } from '../compiler/compile.ts';
import { readHeader, readModel } from '../format/read.ts';
import { seeded } from '../network/seeded-weights.ts';
import { quantize } from '../quantize/quantize.ts';
import { floatEngine } from './engines.ts';
import { imageInput, loadFloatModel, type WeightOptions } from './float-model.ts';
import { shapeText } from './io.ts';
import { isJson, readBytes } from './load-model.ts';
import type { ShapeOptions } from './shapes.ts';

/** The weights of a network.json that is given none. */
const defaultSeed = 1;

/** A float model as the int8 one that it becomes: shapes, costs and RAM do not depend on weights and ranges. */
export async function inspectFloat(
  path: string,
  options: WeightOptions & ShapeOptions,
): Promise<{ inspection: Inspection; note: string }> {
  const { weights, seed = weights === undefined && (await isNetwork(path)) ? defaultSeed : undefined } = options;
  const graph = await loadFloatModel(path, {
    ...(weights !== undefined && { weights }),
    ...(options.onNote && { onNote: options.onNote }),
    ...(seed !== undefined && { seed }),
    ...(options.shape && { shape: options.shape }),
  });
  const { shape } = imageInput(graph, path);
  const random = seeded(defaultSeed);
  const image = Float32Array.from({ length: shape[0] * shape[1] * shape[2] }, () => 2 * random() - 1);
  const { graph: int8 } = quantize(graph, [[image]], { method: 'min-max', evaluate: await floatEngine() });
  const { bytes } = compile(int8);
  const from = seed === undefined ? '' : `, weights of seed ${seed}`;
  const note = `a float network (input ${shapeText(shape)}), as the int8 model that it becomes: ranges of one random image${from}`;
  return { inspection: inspect(readModel(bytes, path), readHeader(bytes, path)), note };
}

const isNetwork = async (path: string): Promise<boolean> => isJson(await readBytes(path));
