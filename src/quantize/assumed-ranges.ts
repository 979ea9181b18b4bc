import type { FloatEvaluator } from '../graph/evaluator.ts';
import { givenTensors } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * Runs nothing, and shows each activation the two ends of a range that every function holds: for the sizes, costs and RAM of
 * a network that takes long to run. They depend on no range, but for rows of zero points, which equal zero points share.
 */
export const assumedRanges: FloatEvaluator = (graph) => (_inputs, observe) => {
  const show = (id: TensorId): void => observe?.(id, Float32Array.of(0, 0.99));
  for (const id of givenTensors(graph)) show(id);
  for (const { outputs } of graph.nodes) outputs.forEach(show);
  return graph.outputs.map(() => new Float32Array(0));
};
