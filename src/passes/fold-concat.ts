import { type Graph, viewOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { nearlySameElements } from '../graph/quantization.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * A concatenation that has all inputs of an earlier one, one after the other, reads that one's output in their place: dense
 * blocks that name all tensors so far become chains, whose tensors have one place each.
 */
export function foldConcat(graph: Graph): Graph {
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    let folded = node;
    for (let next: Node | undefined = node; next; next = foldOne(graph, nodes, folded)) folded = next;
    nodes.push(folded);
  }
  return nodes.every((node, n) => node === graph.nodes[n]) ? graph : { ...graph, nodes };
}

/** The node with the longest run of its inputs that an earlier one joins replaced; undefined where there is none. */
function foldOne(graph: Graph, before: readonly Node[], node: Node): Node | undefined {
  if (!node.op.places?.(viewOf(graph, node))) return undefined;
  const y = graph.tensors[node.outputs[0] as TensorId];
  let best: { readonly at: number; readonly other: Node } | undefined;
  for (const other of before) {
    if (other.op !== node.op || other.inputs.length < 2 || other.inputs.length <= (best?.other.inputs.length ?? 0))
      continue;
    const joined = graph.tensors[other.outputs[0] as TensorId];
    const at = runIn(node.inputs, other.inputs);
    if (at >= 0 && y && joined && nearlySameElements(y, joined)) best = { at, other };
  }
  if (!best) return undefined;
  const { at, other } = best;
  const after = at + other.inputs.length;
  const inputs = [...node.inputs.slice(0, at), other.outputs[0] as TensorId, ...node.inputs.slice(after)];
  return { ...node, inputs };
}

/** Where all of `run` stands in `ids`, one after the other; −1: nowhere. */
const runIn = (ids: readonly TensorId[], run: readonly TensorId[]): number =>
  ids.findIndex((_, at) => run.every((id, i) => ids[at + i] === id));
