import { expect } from 'vitest';
import { type Graph, viewOf } from '../../src/graph/graph.ts';
import type { Node } from '../../src/graph/op.ts';
import { elements, type Quantization, type TensorId } from '../../src/graph/tensor.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { realOf } from './float.ts';
import { int8Engine } from './int8-engine.ts';

interface Single {
  readonly scale: number;
  readonly zeroPoint: number;
}

export const single = ({ quantization }: { readonly quantization?: Quantization }): Single => ({
  scale: (quantization as Quantization).scale[0],
  zeroPoint: (quantization as Quantization).zeroPoint[0],
});

/** Halves to even, as PyTorch and ONNX round. */
const roundEven = (x: number): number => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

export const quantizedTo = (values: ArrayLike<number>, { scale, zeroPoint }: Single): Int8Array =>
  Int8Array.from(values, (value) => Math.max(-128, Math.min(127, roundEven(value / scale) + zeroPoint)));

export const greatest = (values: ArrayLike<number>): number => {
  const list = Array.from(values);
  return list.indexOf(Math.max(...list));
};

/** One node on real values that its quantised inputs stand for, its output quantised again: what the file's graph says. */
function quantizeDequantize(
  graph: Graph,
  real: Graph,
  node: Node,
  values: ReadonlyMap<TensorId, Int8Array>,
): Int8Array {
  const twin = real.nodes[graph.nodes.indexOf(node)];
  const output = graph.tensors[node.outputs[0]];
  const inputs = node.inputs.map((id) => {
    if (id < 0) return undefined;
    const tensor = graph.tensors[id];
    const q = values.get(id);
    return q ? realOf(q, tensor.shape, tensor.quantization as Quantization) : (real.tensors[id].data as Float32Array);
  });
  const y = new Float32Array(elements(output.shape));
  // A requantisation is the identity of real values.
  if (twin.op.float) twin.op.float(viewOf(real, twin), inputs, [y]);
  else y.set(inputs[0] as Float32Array);
  return quantizedTo(y, single(output));
}

export interface Parity {
  /** Images of which the integer graph names the class that the recorded outputs do. */
  readonly same: number;
  /** Of the plain evaluation of the quantise–dequantise graph against the recorded outputs. */
  readonly decibels: number;
}

/**
 * Holds an integer graph to what its file says: `real` is its twin of real values, `recorded` the outputs of the runtime that quantised it,
 * image after image. Both tiers of the engine give the bytes of the reference; every layer, with the same bytes as its input, is
 * within a step of the float evaluation. Plain evaluations are of the first `plain` images.
 */
export function checkParity(
  graph: Graph,
  real: Graph,
  images: readonly Float32Array[],
  recorded: Float32Array,
  plain = 1,
): Parity {
  const [input, output] = [graph.tensors[graph.inputs[0]], graph.tensors[graph.outputs[0]]];
  const run = evaluateQuantized(graph);
  const engines = [int8Engine('simd')(graph), int8Engine('scalar')(graph)] as const;
  const classes = recorded.length / images.length;
  let [same, signal, noise] = [0, 0, 0];
  for (const [i, image] of images.entries()) {
    const x = quantizedTo(image, single(input));
    const theirs = recorded.subarray(i * classes, (i + 1) * classes);
    const [[answer], [scalar]] = engines.map((engine) => engine([x]));
    expect(scalar).toEqual(answer);
    if (greatest(answer as Int8Array) === greatest(theirs)) same++;
    if (i >= plain) continue; // the plain evaluations may take a second each
    // The float evaluation, fed by itself, gives the outputs that were recorded.
    const alone = new Map<TensorId, Int8Array>([[graph.inputs[0], x]]);
    for (const node of graph.nodes) alone.set(node.outputs[0], quantizeDequantize(graph, real, node, alone));
    const made = realOf(alone.get(graph.outputs[0]) as Int8Array, output.shape, output.quantization as Quantization);
    for (const [k, value] of theirs.entries()) {
      signal += value ** 2;
      noise += (value - made[k]) ** 2;
    }
    // Every layer of the integer graph, with the same bytes as its input, is within a step of it.
    const ours = new Map<TensorId, Int8Array>([[graph.inputs[0], x]]);
    const [y] = run([x], (id, values) => ours.set(id, Int8Array.from(values as Int8Array)));
    expect(y).toEqual(answer);
    for (const node of graph.nodes) {
      const wanted = quantizeDequantize(graph, real, node, ours);
      const own = ours.get(node.outputs[0]) as Int8Array;
      const worst = wanted.reduce((most, q, at) => Math.max(most, Math.abs(q - own[at])), 0);
      expect({ node: node.name, worst: Math.min(worst, 1) }).toEqual({ node: node.name, worst });
    }
  }
  return { same, decibels: 10 * Math.log10(signal / noise) };
}
