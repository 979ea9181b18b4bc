import { type Inspection, inspect } from '../../analyze/inspect.ts';
import { type Compiled, compile } from '../../compiler/compile.ts';
import { unansweredBecause } from '../../compiler/known-answer.ts';
import { readHeader, readModel } from '../../format/read.ts';
import type { FloatEvaluator } from '../../graph/evaluator.ts';
import type { Graph } from '../../graph/graph.ts';
import { seeded } from '../../network/seeded-weights.ts';
import { assumedRanges } from '../../quantize/assumed-ranges.ts';
import { quantize } from '../../quantize/quantize.ts';
import { floatEngine } from '../engines.ts';
import { imageInput, loadFloatModel, type WeightOptions } from '../inputs/float-model.ts';
import { isJson, readBytes } from '../inputs/load-model.ts';
import { shapeText } from '../io.ts';
import type { ShapeOptions } from '../options/shapes.ts';

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
  const size = shape[0] * shape[1] * shape[2];
  const assumed = compiledWith(graph, new Float32Array(0), assumedRanges);
  // A pool may take hours: only what is compiled says what a run costs.
  const measured = unansweredBecause(assumed.model) === undefined;
  const { bytes } = measured ? compiledWith(graph, randomImage(size), await floatEngine()) : assumed;
  const from = seed === undefined ? '' : `, weights of seed ${seed}`;
  const ranges = measured ? 'ranges of one random image' : 'ranges are assumed, since it takes long to run';
  const note = `a float network (input ${shapeText(shape)}), as the int8 model that it becomes: ${ranges}${from}`;
  return { inspection: inspect(readModel(bytes, path), readHeader(bytes, path)), note };
}

function randomImage(size: number): Float32Array {
  const random = seeded(defaultSeed);
  return Float32Array.from({ length: size }, () => 2 * random() - 1);
}

/** Whatever RAM it needs is shown. */
const compiledWith = (graph: Graph, image: Float32Array, evaluate: FloatEvaluator): Compiled =>
  compile(quantize(graph, [[image]], { method: 'min-max', evaluate }).graph, { ramBytes: Infinity });

const isNetwork = async (path: string): Promise<boolean> => isJson(await readBytes(path));
