import type { Graph } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import { type Layout, merged } from './layout.ts';
import type { Read } from './reads.ts';
import { replay } from './replay.ts';
import { isPart, type Ring, sameLayout } from './ring.ts';
import type { NodeStep } from './schedule.ts';
import { overwritesInOrder } from './uses.ts';

/**
 * Lets outputs take over the memory of an input that their op may overwrite, row by row, wherever both have the same
 * layout and the schedule still finds every row that it needs. The step that makes a row also writes its padding columns,
 * with the output's zero point. An input whose row the node reads in another layout, too, as a part of it, is left alone:
 * within a row nobody knows which byte is read when. So is what lies among the pixels of another, whose padding columns are
 * that one's, too.
 *
 * A replay of the whole schedule for each output takes time that grows with the square of the nodes (250 additions in a
 * row: 0.7 s). `inOrder` says that each node runs once, whole, in the graph's order: then first and last uses decide, and
 * one replay at the end confirms it.
 */
export function withOverwriting(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  layout: Layout,
  steps: readonly NodeStep[],
  inOrder = false,
): Layout {
  if (inOrder) {
    const found = overwriting(graph, reads, layout, overwritesInOrder(graph, reads, layout));
    if (replay(graph, reads, found, steps) === undefined) return found;
  }
  return overwriting(graph, reads, layout, (_n, _from, _to, after) => replay(graph, reads, after, steps) === undefined);
}

/** `allows` is asked about node n, the memories of its output and its input, and the layout with both in one. */
function overwriting(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  layout: Layout,
  allows: (n: number, from: TensorId, to: TensorId, after: Layout) => boolean,
): Layout {
  let best = layout;
  graph.nodes.forEach((node, n) => {
    if (best.isView[n]) return;
    const y = node.outputs[0];
    for (const position of node.op.mayOverwrite) {
      const read = reads[n].find((candidate) => candidate.position === position);
      const x = read && best.rings[read.tensor];
      if (!x || isPart(x) || !sameLayout(x, best.rings[y] as Ring)) continue;
      const beside = (reads[n] ?? []).filter(({ tensor }) => best.memory[tensor] === best.memory[read.tensor]);
      if (!beside.every(({ tensor }) => sameLayout(x, best.rings[tensor] as Ring))) continue;
      const candidate = merged(best, y, read.tensor);
      if (!allows(n, best.memory[y], best.memory[read.tensor], candidate)) continue;
      best = candidate;
      return;
    }
  });
  return best;
}
