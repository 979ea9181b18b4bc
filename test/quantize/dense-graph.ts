import { LiteBlockError } from '../../src/format/errors.ts';
import type { Numbers } from '../../src/format/values.ts';
import { GraphBuilder } from '../../src/graph/builder.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { observing, oneImage } from './observed.ts';

export const f32 = { dtype: 'f32' } as const;
export const dense = { activation: 'none', scaleProduct: 'f64' } as const;
export const floats = (...values: number[]) => Float32Array.from(values);

export const errorOf = (run: () => unknown): LiteBlockError => {
  try {
    run();
  } catch (error) {
    if (error instanceof LiteBlockError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

export const dataOf = (graph: Graph, id: TensorId): number[] => Array.from(graph.tensors[id]?.data as Numbers);

/** x [1, 1, 1, inputs] → fully connected of the weights given, row by row. */
export function denseGraph(weights: Float32Array, outputs: number, bias?: Float32Array) {
  const build = new GraphBuilder('dense');
  const inputs = weights.length / outputs;
  const x = build.input('x', [1, 1, 1, inputs], undefined, f32);
  const w = build.constant('w', [outputs, inputs], weights);
  const b = bias ? build.constant('b', [outputs], bias) : -1;
  const y = build.add(fullyConnected, dense, [x, w, b], { name: 'fc', ...f32 });
  build.output(y);
  return { graph: build.build(), x, w, b, y };
}

export const run = (graph: Graph, values: [TensorId, number[]][]) =>
  quantize(graph, oneImage, { method: 'min-max', evaluate: observing(new Map(values)) });
