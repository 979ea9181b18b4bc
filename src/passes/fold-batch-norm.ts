import type { Activation, BatchNormAttributes } from '../graph/attributes.ts';
import { type Graph, type Node, producersOf, readersOf, type TensorId, type TrainedOutput } from '../graph/graph.ts';
import { elements, noPadding, type Tensor } from '../graph/tensor.ts';
import { batchNorm, scaleAndOffset } from '../ops/batch-norm.ts';
import { depthwiseConv2d } from '../ops/depthwise-conv2d.ts';
import { nodeError } from './node-error.ts';

/** What is multiplied and added per channel, in double. */
interface Factors {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
  readonly trained: TrainedOutput;
}

/**
 * Batch normalisation goes into the op before it where that is linear — weights per output channel, no activation — and
 * nothing else sees its output: weights · scale, and bias · scale + offset, in double and rounded once. The new weights are
 * new constants: others may read the old ones. Everywhere else it becomes a scale and shift of its own, a 1×1 depthwise
 * convolution. Throws graph-invalid, naming the module, where its parameters give no finite factors.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const nodes: (Node | undefined)[] = [...graph.nodes];
  const producers = producersOf(graph);
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs);
  graph.nodes.forEach((node, n) => {
    if (node.op !== batchNorm) return;
    const factors = factorsOf(graph, node as Node<BatchNormAttributes>);
    if (!factors) return;
    const [x, y] = [node.inputs[0] as TensorId, node.outputs[0] as TensorId];
    const p = producers.get(x);
    const seenOnce = readers.get(x)?.length === 1 && !outputs.has(x);
    const folded = p !== undefined && seenOnce ? withFactors(tensors, nodes[p] as Node, y, factors) : undefined;
    if (p === undefined || !folded) {
      nodes[n] = scaleAndShift(tensors, node, factors);
      return;
    }
    nodes[p] = folded;
    nodes[n] = undefined;
    producers.set(y, p);
  });
  if (nodes.every((node, n) => node === graph.nodes[n])) return graph;
  return { ...graph, tensors, nodes: nodes.filter((node) => node !== undefined) };
}

/** Undefined where a parameter is computed. */
function factorsOf(graph: Graph, node: Node<BatchNormAttributes>): Factors | undefined {
  const parameters = node.inputs.slice(1).map((id) => graph.tensors[id]?.data);
  if (!parameters.every((data) => data instanceof Float32Array)) return undefined;
  try {
    return {
      ...scaleAndOffset(parameters, node.attributes.eps),
      trained: trainedOutput(parameters, node.attributes.eps),
    };
  } catch (cause) {
    throw nodeError(graph, node, cause);
  }
}

/** The running statistics say what the input was in training, so the output had the mean bias and the deviation of the weight. */
function trainedOutput([weight, bias, , variance]: readonly Float32Array[], eps: number): TrainedOutput {
  const deviation = Float64Array.from(weight as Float32Array, (gamma, c) => {
    const spread = variance?.[c] as number;
    return Math.abs(gamma) * Math.sqrt(spread / (spread + eps));
  });
  return { mean: Float64Array.from(bias as Float32Array), deviation };
}

/** The node with the factors in its weights and bias; undefined where it is not linear, or float32 would not hold them. */
function withFactors(
  tensors: Tensor[],
  node: Node,
  y: TensorId,
  { scale, offset, trained }: Factors,
): Node | undefined {
  const rules = node.op.operands.inputs;
  const w = rules.findIndex(({ per }) => per === 'channel');
  const b = rules.findIndex((rule) => rule.scale?.endsWith(`·${rules[w]?.name}`));
  if (w < 0 || b < 0 || (node.attributes as { activation?: Activation }).activation !== 'none') return undefined;
  const weights = tensors[node.inputs[w] as TensorId];
  const bias = tensors[node.inputs[b] ?? -1];
  if (!(weights?.data instanceof Float32Array) || (bias && !(bias.data instanceof Float32Array))) return undefined;

  const { shape } = weights;
  const axis = rules[w]?.axis ?? 0;
  const inner = elements(shape.slice(axis + 1));
  const scaled = weights.data.map((value, i) => value * (scale[Math.floor(i / inner) % scale.length] as number));
  const shifted = Float32Array.from(
    offset,
    (value, c) => ((bias?.data?.[c] as number) ?? 0) * (scale[c] as number) + value,
  );
  if (!scaled.every(Number.isFinite) || !shifted.every(Number.isFinite)) return undefined;

  const inputs = rules.map((_, i) => node.inputs[i] ?? -1);
  inputs[w] = tensors.push({ ...weights, data: scaled }) - 1;
  inputs[b] = tensors.push({ ...(bias ?? constant(`${node.name}.bias`, [shifted.length])), data: shifted }) - 1;
  return { ...node, inputs, outputs: [y], trained };
}

const constant = (name: string, shape: readonly number[]): Tensor => ({
  name,
  dtype: 'f32',
  shape,
  fileShape: shape,
  perImage: false,
});

function scaleAndShift(tensors: Tensor[], node: Node, { scale, offset, trained }: Factors): Node {
  const c = scale.length;
  const weights = { ...constant(`${node.name}.scale`, [1, 1, c]), data: Float32Array.from(scale) };
  const bias = { ...constant(`${node.name}.shift`, [c]), data: Float32Array.from(offset) };
  const inputs = [node.inputs[0] as TensorId, tensors.push(weights) - 1, tensors.push(bias) - 1];
  const geometry = { stride: [1, 1], dilation: [1, 1], padding: noPadding } as const;
  const attributes = { ...geometry, activation: 'none', scaleProduct: 'f64' } as const;
  return { ...node, op: depthwiseConv2d as Node['op'], inputs, attributes, trained };
}
