import type { Activation } from '../graph/attributes.ts';
import { type Graph, keptTensors, producersOf, readersOf, viewOf } from '../graph/graph.ts';
import type { Equivalent, Node } from '../graph/op.ts';
import type { ChannelFactors } from '../graph/rules.ts';
import type { TensorId } from '../graph/tensor.ts';
import { elements, type Tensor } from '../graph/tensor.ts';
import { nodeError } from './node-error.ts';

/**
 * Batch normalisation goes into the op before it where that is linear — weights per output channel, no activation — and
 * nothing else sees its output: weights · scale, and bias · scale + offset, in double and rounded once. The new weights are
 * new constants: others may read the old ones. Everywhere else it becomes what its op names
 * as its equivalent, a 1×1 depthwise convolution. Throws graph-invalid, naming the module, where its parameters give no finite factors.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const tensors = [...graph.tensors];
  const nodes: (Node | undefined)[] = [...graph.nodes];
  const producers = producersOf(graph);
  const readers = readersOf(graph);
  const outputs = new Set(keptTensors(graph));
  graph.nodes.forEach((node, n) => {
    const factors = factorsOf(graph, node);
    if (!factors) return;
    const [x, y] = [node.inputs[0], node.outputs[0]];
    const p = producers.get(x);
    const seenOnce = readers.get(x)?.length === 1 && !outputs.has(x);
    const folded = p !== undefined && seenOnce ? withFactors(tensors, nodes[p] as Node, y, factors) : undefined;
    if (p === undefined || !folded) {
      nodes[n] = { ...replaced(tensors, node, node.op.equivalent?.(viewOf(graph, node))), trained: factors.trained };
      return;
    }
    nodes[p] = folded;
    nodes[n] = undefined;
    producers.set(y, p);
  });
  if (nodes.every((node, n) => node === graph.nodes[n])) return graph;
  return { ...graph, tensors, nodes: nodes.filter((node) => node !== undefined) };
}

/** What a node multiplies and adds by channel; undefined where it does something else, or its parameters are computed. */
function factorsOf(graph: Graph, node: Node): ChannelFactors | undefined {
  try {
    return node.op.factors?.(viewOf(graph, node));
  } catch (cause) {
    throw nodeError(graph, node, cause);
  }
}

/** The node with the factors in its weights and bias; undefined where it is not linear, or float32 would not hold them. */
function withFactors(
  tensors: Tensor[],
  node: Node,
  y: TensorId,
  { scale, offset, trained }: ChannelFactors,
): Node | undefined {
  const rules = node.op.operands.inputs;
  const w = rules.findIndex(({ per }) => per === 'channel');
  const b = rules.findIndex(({ productOf }) => productOf?.[1] === rules[w]?.name);
  if (w < 0 || b < 0 || (node.attributes as { activation?: Activation }).activation !== 'none') return undefined;
  const weights = tensors[node.inputs[w]];
  const bias = tensors[node.inputs[b] ?? -1];
  if (!(weights?.data instanceof Float32Array) || (bias && !(bias.data instanceof Float32Array))) return undefined;

  const { shape } = weights;
  const axis = rules[w].axis ?? 0;
  const inner = elements(shape.slice(axis + 1));
  const scaled = weights.data.map((value, i) => value * scale[Math.floor(i / inner) % scale.length]);
  const shifted = Float32Array.from(offset, (value, c) => ((bias?.data?.[c] as number) ?? 0) * scale[c] + value);
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

/** The node as its op's equivalent. */
function replaced(tensors: Tensor[], node: Node, other: Equivalent | undefined): Node {
  if (!other) return node;
  const { op, attributes, constants } = other;
  const inputs = [node.inputs[0], ...constants.map((constant) => tensors.push(constant) - 1)];
  return { ...node, op, attributes, inputs };
}
