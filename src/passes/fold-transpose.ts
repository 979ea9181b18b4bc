import type { ReshapeAttributes, TransposeAttributes } from '../graph/attributes.ts';
import { type Graph, type Node, producersOf, type TensorId } from '../graph/graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import { reshape } from '../ops/reshape.ts';
import { transpose } from '../ops/transpose.ts';
import { removeDead } from './remove-dead.ts';

type Order = TransposeAttributes['order'];

/**
 * Takes away changes of the order of axes, one after the other:
 *  - one of another becomes one, of what the first reads;
 *  - one that leaves every element where it is, because the axes that it moves have size 1, becomes a reshape;
 *  - one that changes nothing at all, as a transpose and its inverse do together, is left out, and what read it reads its
 *    input. One that makes an output of the graph stays, as a reshape: outputs are made by nodes.
 */
export function foldTranspose(graph: Graph): Graph {
  const producers = producersOf(graph);
  const nodes: Node[] = [...graph.nodes];
  // Producers come first, so each transpose meets one that reads as far back as it can.
  for (const [n, node] of nodes.entries()) {
    if (isTranspose(node)) nodes[n] = merged(graph, node, nodes[producers.get(node.inputs[0] as TensorId) ?? -1]);
  }
  /** For the output of each transpose that is left out, what to read in its place. */
  const leftOut = new Map<TensorId, TensorId>();
  const outputs = new Set(graph.outputs);
  const kept: Node[] = [];
  for (const node of nodes) {
    const reading = readingInstead(node, leftOut);
    if (!isTranspose(reading)) kept.push(reading);
    else if (isLeftOut(graph, reading, outputs))
      leftOut.set(reading.outputs[0] as TensorId, reading.inputs[0] as TensorId);
    else kept.push(asReshape(graph, reading));
  }
  const changed = kept.length !== graph.nodes.length || kept.some((node, n) => node !== graph.nodes[n]);
  return changed ? removeDead({ ...graph, nodes: kept }) : graph;
}

const isTranspose = (node: Node | undefined): node is Node<TransposeAttributes> => node?.op === transpose;

/** Whether bytes mean the same in both, to the last bit of the scale: a tolerance is verify's. */
function alike(graph: Graph, a: TensorId, b: TensorId): boolean {
  const [one, other] = [graph.tensors[a] as Tensor, graph.tensors[b] as Tensor];
  const [p, q] = [one.quantization, other.quantization];
  return one.dtype === other.dtype && p?.scale[0] === q?.scale[0] && p?.zeroPoint[0] === q?.zeroPoint[0];
}

/** A transpose reading what the transpose `source` before it reads; the same node where there is none. */
function merged(graph: Graph, node: Node<TransposeAttributes>, source: Node | undefined): Node {
  const between = node.inputs[0] as TensorId;
  if (!isTranspose(source) || !alike(graph, source.inputs[0] as TensorId, between)) return node as Node;
  const order = node.attributes.order.map((axis) => source.attributes.order[axis]) as unknown as Order;
  return { ...node, inputs: source.inputs, attributes: { order } } as Node;
}

/** The axes of a shape that are not of size 1 keep their order. */
function keepsElements([, ...size]: readonly number[], order: Order): boolean {
  const moved = order.filter((axis) => (size[axis] as number) > 1);
  return moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number));
}

/** A reshape in place of a transpose that leaves every element where it is. */
function asReshape(graph: Graph, node: Node<TransposeAttributes>): Node {
  const [x, y] = [graph.tensors[node.inputs[0] as TensorId], graph.tensors[node.outputs[0] as TensorId]];
  if (!x || !y || !keepsElements(x.shape, node.attributes.order)) return node as Node;
  const shape = y.shape as unknown as ReshapeAttributes['shape'];
  return { ...node, op: reshape as Node['op'], attributes: { shape } };
}

/** Input and output are one tensor in all that anybody sees of them. */
function isLeftOut(graph: Graph, node: Node<TransposeAttributes>, graphOutputs: ReadonlySet<TensorId>): boolean {
  const [x, y] = [node.inputs[0] as TensorId, node.outputs[0] as TensorId];
  const [from, to] = [graph.tensors[x] as Tensor, graph.tensors[y] as Tensor];
  const same = keepsElements(from.shape, node.attributes.order) && String(from.shape) === String(to.shape);
  return same && alike(graph, x, y) && !graphOutputs.has(y);
}

/** A node that reads tensors that are kept. */
const readingInstead = (node: Node, leftOut: ReadonlyMap<TensorId, TensorId>): Node =>
  node.inputs.some((id) => leftOut.has(id))
    ? { ...node, inputs: node.inputs.map((id) => leftOut.get(id) ?? id) }
    : node;
