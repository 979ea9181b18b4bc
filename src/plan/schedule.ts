import type { Graph } from '../graph/graph.ts';
import type { Layout } from './layout.ts';
import { ringAt } from './ring.ts';

/** Produces the next `rows` rows of the output of node `node`, an index into `Graph.nodes`. */
export interface NodeStep {
  readonly node: number;
  readonly rows: number;
}

/** One step a node, in the graph's order. */
export function layerByLayer(graph: Graph, { isView, rings }: Layout): NodeStep[] {
  return graph.nodes.flatMap((node, n) => {
    const rows = ringAt(rings, node.outputs[0]).height;
    return isView[n] ? [] : [{ node: n, rows }];
  });
}
