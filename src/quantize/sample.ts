import type { QuantizedEvaluator, Run } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import { checkCount } from './check-count.ts';
import { addTo, biasInput, type ChannelSums, correctBias } from './correct-bias.ts';

export interface CorrectionOptions {
  /**
   * int8 execution, of which only the result is looked at. Given, biases are corrected on the first images; else the biases
   * are those of the float graph.
   */
  readonly evaluateQuantized?: QuantizedEvaluator;
  /** How many images biases are corrected on: 32 where it is not given. */
  readonly correctionImages?: number;
  /** Called after each layer whose bias was corrected. */
  readonly onLayer?: (done: number, layers: number) => void;
}

/**
 * What the correction of biases needs of the first images: their inputs, and the means of every output that has a bias.
 * Throws usage for a number of images below 1.
 */
export function sampleOf(graph: Graph, { evaluateQuantized, correctionImages = 32, onLayer }: CorrectionOptions) {
  checkCount('quantize', 'correctionImages', correctionImages);
  const means = new Map<TensorId, ChannelSums>();
  const inputs: Float32Array[][] = [];
  if (!evaluateQuantized) return { watch: (run: Run<Float32Array>) => run, correct: (quantized: Graph) => quantized };
  for (const node of graph.nodes) {
    const y = node.outputs[0];
    const channels = graph.tensors[y].shape[3];
    if (biasInput(graph, node) >= 0) means.set(y, { sums: new Float64Array(channels), count: 0 });
  }
  const watch =
    (run: Run<Float32Array>): Run<Float32Array> =>
    (values, observe) => {
      if (inputs.length === correctionImages) return run(values, observe);
      inputs.push(values.map((one) => one.slice()));
      return run(values, (id, made) => {
        const mean = means.get(id);
        if (mean) addTo(mean, made);
        observe?.(id, made);
      });
    };
  return { watch, correct: (quantized: Graph) => correctBias(quantized, means, inputs, evaluateQuantized, onLayer) };
}
