import type { Graph } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import type { Images } from '../quantize/calibrate.ts';
import { quantizeValues } from '../quantize/range.ts';
import type { Evaluators } from './evaluators.ts';

/** On how many images int8 names the same best class as float. */
export interface Agreement {
  /** Images that have the same best class. */
  readonly same: number;
  /** Images that were compared. */
  readonly images: number;
}

/** The index of the greatest value, of equal ones the first. */
export function bestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}

/** Runs a float graph and its int8 form on all images, and compares the best of the first outputs. */
export function agreementOf(
  graph: Graph,
  int8: Graph,
  images: Images,
  { evaluate, evaluateQuantized }: Evaluators,
  onImage: (done: number) => void,
): Agreement {
  const [runFloat, runInt8] = [evaluate(graph), evaluateQuantized(int8)];
  const quantizations = int8.inputs.map((id) => perTensor(int8.tensors[id]));
  let [same, done] = [0, 0];
  for (const inputs of images) {
    const q = inputs.map((values, i) => {
      const { scale, zeroPoint } = quantizations[i];
      return quantizeValues(values, scale, zeroPoint);
    });
    const [float, quantized] = [runFloat(inputs)[0], runInt8(q)[0]];
    if (bestOf(float) === bestOf(quantized as Int8Array)) same++;
    onImage(++done);
  }
  return { same, images: done };
}
