import type { Graph } from '../../graph/graph.ts';

/** A graph without blocks of one node: a convolution with what was folded into it needs no row around its own. */
export function withoutSingleBlocks(graph: Graph): Graph {
  const counts = new Map<string, number>();
  for (const { blocks = [] } of graph.nodes) {
    for (const { path } of blocks) counts.set(path, (counts.get(path) ?? 0) + 1);
  }
  const nodes = graph.nodes.map((node) => {
    if (!node.blocks) return node;
    const { blocks: all, ...rest } = node;
    const blocks = all.filter(({ path }) => counts.get(path) !== 1);
    return blocks.length > 0 ? { ...rest, blocks } : rest;
  });
  return { ...graph, nodes };
}
