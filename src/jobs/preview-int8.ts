import { type Compiled, compile } from '../compiler/compile.ts';
import { unansweredBecause } from '../compiler/known-answer.ts';
import type { FloatEvaluator } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import { seeded } from '../network/seeded-weights.ts';
import { assumedRanges } from '../quantize/assumed-ranges.ts';
import { quantize } from '../quantize/quantize.ts';
import type { EngineModules } from './engines.ts';
import { floatEvaluator } from './evaluators.ts';
import { imageInput } from './image-input.ts';

export interface Preview extends Compiled {
  /** False where a run takes too long, so that the ranges are assumed; else they are those of one random image. */
  readonly measured: boolean;
}

const imageSeed = 1;

/**
 * A float model as the int8 one that it becomes, to be looked at: shapes, costs and RAM do not depend on weights and ranges.
 * Whatever RAM it needs is shown. `source` names it in messages.
 */
export async function previewInt8(graph: Graph, source: string, modules: EngineModules): Promise<Preview> {
  const { shape } = imageInput(graph, source);
  const assumed = compiledWith(graph, new Float32Array(0), assumedRanges);
  // A pool may take hours: only what is compiled says what a run costs.
  if (unansweredBecause(assumed.model) !== undefined) return { ...assumed, measured: false };
  const image = randomImage(shape[0] * shape[1] * shape[2]);
  return { ...compiledWith(graph, image, await floatEvaluator(modules)), measured: true };
}

function randomImage(size: number): Float32Array {
  const random = seeded(imageSeed);
  return Float32Array.from({ length: size }, () => 2 * random() - 1);
}

const compiledWith = (graph: Graph, image: Float32Array, evaluate: FloatEvaluator): Compiled =>
  compile(quantize(graph, [[image]], { method: 'min-max', evaluate }).graph, { ramBytes: Infinity });
