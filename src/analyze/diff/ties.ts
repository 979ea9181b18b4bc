import { distanceAt } from './compare.ts';
import { realTensor, realValues } from './real.ts';
import { callOf, compute, type Segment } from './segment.ts';
import type { Terms } from './terms.ts';

/** Steps from a half within which a value counts as a tie: well above what float32 makes of it. */
const near = 0.02;

/**
 * How many of the values that differ lie on a tie, or nearly: the real result of the one layer is about half a step between two
 * quantised values. Undefined where that cannot be told.
 */
export function tiesOf(segment: Segment, { a, b }: Terms, limit: number): number | undefined {
  const [n, ...others] = segment.nodes;
  if (n === undefined || others.length > 0) return undefined;
  const { view, inputs } = callOf(segment.graph, n, (id) => segment.known.get(id));
  const y = view.outputs[0];
  const scale = y?.quantization?.scale[0];
  if (!y || y.dtype === 'f32' || !scale || !view.node.op.float) return undefined;
  const real = {
    ...view,
    inputs: view.inputs.map(realTensor),
    outputs: view.outputs.map(realTensor),
  };
  const values = inputs.map((each, i) => realValues(view, i, view.inputs[i], each));
  const [result] = compute({ view: real, inputs: values });
  let ties = 0;
  if (!(result instanceof Float32Array)) return undefined;
  result.forEach((value, i) => {
    if (distanceAt(a, b, i) <= limit) return;
    const steps = Math.abs(value / scale);
    if (Math.abs(steps - Math.floor(steps) - 0.5) <= near) ties++;
  });
  return ties;
}
