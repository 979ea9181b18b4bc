import { type Graph, keptTensors, producersOf, viewOf } from '../graph/graph.ts';
import type { Equivalent, Node } from '../graph/op.ts';
import { sameElements } from '../graph/quantization.ts';
import type { AxisOrder } from '../graph/rules.ts';
import type { Tensor, TensorId } from '../graph/tensor.ts';
import { removeDead } from './remove-dead.ts';

/**
 * Takes away changes of the order of axes:
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
    nodes[n] = merged(graph, node, nodes[producers.get(node.inputs[0]) ?? -1]);
  }
  /** For the output of each transpose that is left out, what to read in its place. */
  const leftOut = new Map<TensorId, TensorId>();
  const outputs = new Set(keptTensors(graph));
  const kept: Node[] = [];
  for (const node of nodes) {
    const reading = readingInstead(node, leftOut);
    const reshape = reshapeOf(graph, reading);
    if (!reshape) kept.push(reading);
    else if (isLeftOut(graph, reading, outputs)) leftOut.set(reading.outputs[0], reading.inputs[0]);
    else kept.push({ ...reading, op: reshape.op, attributes: reshape.attributes });
  }
  const changed = kept.length !== graph.nodes.length || kept.some((node, n) => node !== graph.nodes[n]);
  return changed ? removeDead({ ...graph, nodes: kept }) : graph;
}

const tensorsOf = ({ tensors }: Graph, { inputs, outputs }: Node): readonly [x: Tensor, y: Tensor] => [
  tensors[inputs[0]],
  tensors[outputs[0]],
];

/** A transpose reading what the transpose `source` before it reads; the same node where the two are not that. */
function merged(graph: Graph, node: Node, source: Node | undefined): Node {
  const first = source?.op.axisOrder?.(source.attributes);
  const second = node.op.axisOrder?.(node.attributes);
  if (!source || !first || !second || !sameElements(...tensorsOf(graph, source))) return node;
  const order: AxisOrder = [first[second[0]], first[second[1]], first[second[2]]];
  return { ...node, inputs: source.inputs, attributes: node.op.withAxisOrder?.(order) };
}

/** The reshape that a transpose is which leaves every element where it is. */
function reshapeOf(graph: Graph, node: Node): Equivalent | undefined {
  return node.op.axisOrder && node.op.equivalent?.(viewOf(graph, node));
}

/** Input and output of a reshape are one tensor in all that anybody sees of them. */
function isLeftOut(graph: Graph, node: Node, graphOutputs: ReadonlySet<TensorId>): boolean {
  const [x, y] = tensorsOf(graph, node);
  return String(x.shape) === String(y.shape) && sameElements(x, y) && !graphOutputs.has(node.outputs[0]);
}

/** A node that reads tensors that are kept. */
const readingInstead = (node: Node, leftOut: ReadonlyMap<TensorId, TensorId>): Node =>
  node.inputs.some((id) => leftOut.has(id))
    ? { ...node, inputs: node.inputs.map((id) => leftOut.get(id) ?? id) }
    : node;
