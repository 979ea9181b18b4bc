import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * Drops nodes whose outputs nobody reads, and then the tensors that are left without a use. Inputs of the graph stay,
 * read or not: they are its interface.
 */
export function removeDead(graph: Graph): Graph {
  const used = new Set<TensorId>(graph.outputs);
  const nodes: Node[] = [];
  for (const node of [...graph.nodes].reverse()) {
    if (!node.outputs.some((id) => used.has(id))) continue;
    nodes.push(node);
    for (const id of [...node.inputs, ...node.outputs]) used.add(id);
  }
  nodes.reverse();
  for (const id of graph.inputs) used.add(id);
  used.delete(-1);
  if (nodes.length === graph.nodes.length && used.size === graph.tensors.length) return graph;

  const kept = graph.tensors.map((_, id) => id).filter((id) => used.has(id));
  const renamed = new Map(kept.map((id, i) => [id, i]));
  const rename = (id: TensorId): TensorId => renamed.get(id) ?? -1;
  return {
    ...graph,
    tensors: graph.tensors.filter((_, id) => used.has(id)),
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(rename), outputs: node.outputs.map(rename) })),
    inputs: graph.inputs.map(rename),
    outputs: graph.outputs.map(rename),
  };
}
