import { type Graph, keptTensors, readersOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { sameElements } from '../graph/quantization.ts';
import type { Padding, TensorId } from '../graph/tensor.ts';

/**
 * A border of zero points that only windowed ops read becomes their own padding: the padded copy of the image is then
 * never made. Several readers each take it. The pad is dropped; its output is left to remove-dead.
 */
export function fusePad(graph: Graph): Graph {
  const outputs = new Set(keptTensors(graph));
  const nodes: (Node | undefined)[] = [...graph.nodes];
  const readers = new Map<TensorId, Set<number>>();
  for (const [id, list] of readersOf(graph)) readers.set(id, new Set(list));

  // From the end, so that of several pads in a row the last is gone when its producer's turn comes.
  for (let n = nodes.length - 1; n >= 0; n--) {
    const node = nodes[n];
    const border = node && borderOf(graph, node);
    if (!border) continue;
    const [x, y] = [node.inputs[0], node.outputs[0]];
    const taking = [...(readers.get(y) ?? [])];
    if (outputs.has(y) || taking.length === 0) continue;
    if (!taking.every((reader) => canPad(nodes[reader] as Node, y))) continue;
    for (const reader of taking) {
      nodes[reader] = withPadding(nodes[reader] as Node, x, border);
      readers.get(x)?.add(reader);
    }
    readers.get(x)?.delete(n);
    nodes[n] = undefined;
  }
  const kept = nodes.filter((node) => node !== undefined);
  return kept.length === nodes.length ? graph : { ...graph, nodes: kept };
}

/** A frame in rows and columns only, of the zero point that the reader will then pad with. */
function borderOf({ tensors }: Graph, { op, inputs, outputs, attributes }: Node): Padding | undefined {
  const border = op.border?.(attributes);
  if (!border) return undefined;
  const [x, y] = [tensors[inputs[0]], tensors[outputs[0]]];
  return sameElements(x, y) ? border : undefined;
}

const canPad = ({ op, inputs }: Node, y: TensorId): boolean =>
  op.withPadding !== undefined && inputs.indexOf(y) === 0 && inputs.lastIndexOf(y) === 0;

function withPadding(node: Node, x: TensorId, padding: Padding): Node {
  const attributes = node.op.withPadding?.(node.attributes, padding);
  return { ...node, inputs: [x, ...node.inputs.slice(1)], attributes };
}
