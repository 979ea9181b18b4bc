import { type Graph, type Variable, variablesOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * Drops nodes whose outputs nobody reads, variables that no output depends on, and then the tensors that are left without a
 * use. Inputs of the graph stay, read or not: they are its interface.
 */
export function removeDead(graph: Graph): Graph {
  const { used, nodes, variables } = needed(graph);
  for (const id of graph.inputs) used.add(id);
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
    ...(variables.length > 0 && {
      variables: variables.map((one) => ({ ...one, value: rename(one.value), next: rename(one.next) })),
    }),
  };
}

/** What outputs depend on: by way of a variable in later runs, too. */
function needed(graph: Graph): { used: Set<TensorId>; nodes: Node[]; variables: readonly Variable[] } {
  for (let variables: readonly Variable[] = []; ; ) {
    const used = new Set<TensorId>([...graph.outputs, ...variables.map(({ next }) => next)]);
    const nodes: Node[] = [];
    for (const node of [...graph.nodes].reverse()) {
      if (!node.outputs.some((id) => used.has(id))) continue;
      nodes.push(node);
      for (const id of [...node.inputs, ...node.outputs]) used.add(id);
    }
    used.delete(-1);
    const read = variablesOf(graph).filter(({ value }) => used.has(value));
    if (read.length === variables.length) return { used, nodes: nodes.reverse(), variables };
    variables = read;
  }
}
