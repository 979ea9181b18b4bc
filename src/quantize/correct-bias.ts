import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import { checkFunction, checkKind } from '../format/arguments.ts';
import type { QuantizedEvaluator } from '../graph/evaluator.ts';
import { type Graph, operandAt, producersOf, readersOf, variablesOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { quantizeValues } from './range.ts';

/** Σ over pixels and images of each channel of a tensor, and how many values that is a channel. */
export interface ChannelSums {
  readonly sums: Float64Array;
  count: number;
}

export function addTo(into: ChannelSums, values: ArrayLike<number>): void {
  const { sums } = into;
  for (let i = 0; i < values.length; i++) sums[i % sums.length] = sums[i % sums.length] + values[i];
  into.count += values.length / sums.length;
}

/** The most that a bias moves by, in its own steps. */
const farthest = 2 ** 29;

/** Which input of a node is a constant bias with one value for each channel of its output; −1: none. */
export function biasInput(graph: Graph, node: Node): number {
  const [, , , channels] = graph.tensors[node.outputs[0]].shape;
  return node.inputs.findIndex((id, i) => {
    const rule = node.op.operands.inputs[i];
    return rule?.productOf && operandAt(graph, id)?.data?.length === channels;
  });
}

/**
 * Moves each bias so that the mean of every output channel is what it is in float: rounding errors of weights and activations
 * do not cancel over the many pixels that look alike, such as a background, and otherwise add up from layer to layer. Layers
 * are corrected in order, each with those before it as they are by then, on `images` of real inputs. `means` are the float
 * network's, for every node that has a bias. `onLayer` is told how many layers are done.
 */
export function correctBias(
  graph: Graph,
  means: ReadonlyMap<TensorId, ChannelSums>,
  images: readonly (readonly Float32Array[])[],
  evaluate: QuantizedEvaluator,
  onLayer?: (done: number, layers: number) => void,
): Graph {
  const inputs = images.map((values) => values.map((one, i) => quantized(graph.tensors[graph.inputs[i]], one)));
  let corrected = graph;
  let done = 0;
  graph.nodes.forEach((_, n) => {
    const node = corrected.nodes[n];
    const y = node.outputs[0];
    const real = means.get(y);
    if (!real) return;
    const run = evaluate(upTo(corrected, y));
    checkFunction('quantize: the result of evaluateQuantized', run);
    const ours: ChannelSums = { sums: new Float64Array(real.sums.length), count: 0 };
    for (const image of inputs) {
      const [made] = run(image) ?? [];
      checkKind('quantize: the result of a run of evaluateQuantized', made, 'Int8Array');
      addTo(ours, made as Int8Array);
    }
    corrected = withMovedBias(corrected, n, meanErrors(corrected.tensors[y], real, ours));
    onLayer?.(++done, means.size);
  });
  return corrected;
}

function quantized(tensor: Tensor | undefined, values: Float32Array): Int8Array {
  const { scale, zeroPoint } = perTensor(tensor as Tensor);
  return quantizeValues(values, scale, zeroPoint);
}

/** Float mean less int8 mean of each channel, in real values. */
function meanErrors(y: Tensor, real: ChannelSums, ours: ChannelSums): Float64Array {
  const { scale, zeroPoint } = perTensor(y);
  return real.sums.map((sum, c) => sum / real.count - scale * (ours.sums[c] / ours.count - zeroPoint));
}

/** The part of a graph that makes one tensor, and what its variables become. */
export function upTo(graph: Graph, output: TensorId): Graph {
  const producers = producersOf(graph);
  const needed = new Set<number>();
  const visit = (id: TensorId): void => {
    const n = producers.get(id);
    if (n === undefined || needed.has(n)) return;
    needed.add(n);
    graph.nodes[n].inputs.forEach(visit);
  };
  visit(output);
  for (const { next } of variablesOf(graph)) visit(next);
  return { ...graph, nodes: graph.nodes.filter((_, n) => needed.has(n)), outputs: [output] };
}

function withMovedBias(graph: Graph, n: number, errors: Float64Array): Graph {
  const node = graph.nodes[n];
  const at = biasInput(graph, node);
  const id = node.inputs[at];
  const rules = node.op.operands.inputs;
  const [x, weights] = rules[at].productOf as readonly [string, string];
  const operand = (name: string): Tensor => graph.tensors[node.inputs[rules.findIndex((rule) => rule.name === name)]];
  const xScale = perTensor(operand(x)).scale;
  const scales = operand(weights).quantization?.scale ?? [];
  const bias = graph.tensors[id];
  const data = Int32Array.from(bias.data as Int32Array, (value, c) => {
    const step = xScale * scales[scales.length === 1 ? 0 : c];
    return value + clamp(roundHalfAway(errors[c] / step), -farthest, farthest);
  });
  if (data.every((value, c) => value === bias.data?.[c])) return graph;
  const tensors = [...graph.tensors];
  const alone = readersOf(graph).get(id)?.length === 1;
  const place = alone ? id : tensors.length;
  tensors[place] = { ...bias, data };
  const inputs = node.inputs.map((one, i) => (i === at ? place : one));
  const nodes = graph.nodes.map((one, i) => (i === n && !alone ? { ...one, inputs } : one));
  return { ...graph, tensors, nodes };
}
