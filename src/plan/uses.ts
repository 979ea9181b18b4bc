import { type Graph, keptTensors, variablesOf } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Layout } from './layout.ts';
import { copiesOf } from './places.ts';
import { type Read, rowSpan } from './reads.ts';
import { type Ring, ringAt } from './ring.ts';

/** What a step of each node reads row by row: of a concatenation what it copies, and never constants. */
export function readsOfSteps(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  { rings, places }: Layout,
): (readonly Read[])[] {
  return graph.nodes.map(({ op }, n) => {
    const activations = reads[n].filter(({ tensor }) => rings[tensor]);
    if (!op.places) return activations;
    const copies = copiesOf(graph, places, n);
    return activations.filter(({ position }) => copies.includes(position));
  });
}

/**
 * Whether the output of node n may lie where its input does, once for each node in the graph's order: `from` and `to` are the
 * memories of the two, `after` the layout with both in one. The answer yes merges the two here as well.
 *
 * For a schedule in which each node runs once, whole and in the graph's order, this says what a replay of it would. The
 * output overwrites all of its input, so nothing may use that memory later, and nothing may use the output's before. Within
 * the step, rows are made one after the other, so a row of the input must not be read for a later row of the output.
 */
export function overwritesInOrder(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  layout: Layout,
): (n: number, from: TensorId, to: TensorId, after: Layout) => boolean {
  const { rings, memory, isView } = layout;
  const readBy = readsOfSteps(graph, reads, layout);
  /** The first and the last node that uses each memory: −1 for the host before the run, Infinity for the host after it. */
  const first = graph.tensors.map(() => Infinity);
  const last = graph.tensors.map(() => -Infinity);
  const touch = (id: TensorId, n: number): void => {
    const at = memory[id];
    first[at] = Math.min(first[at], n);
    last[at] = Math.max(last[at], n);
  };
  for (const id of graph.inputs) {
    touch(id, -1);
    if (!graph.tensors[id].perImage) touch(id, Infinity);
  }
  for (const { value } of variablesOf(graph)) touch(value, -1);
  graph.nodes.forEach(({ outputs }, n) => {
    if (isView[n]) return;
    for (const { tensor } of readBy[n]) touch(tensor, n);
    touch(outputs[0], n);
  });
  for (const id of keptTensors(graph)) touch(id, Infinity);

  const readsInTime = ({ tensor, rule }: Read, y: Ring): boolean => {
    for (let row = 0; row < y.height; row++) {
      const { first, end } = rowSpan(rule, row, rings[tensor] as Ring, y);
      if (first < row && first < end) return false;
    }
    return true;
  };

  return (n, from, to, after) => {
    if (last[to] > n || first[from] < n) return false;
    const y = ringAt(rings, graph.nodes[n].outputs[0]);
    const inside = readBy[n].filter(({ tensor }) => after.memory[tensor] === to);
    if (!inside.every((read) => readsInTime(read, y))) return false;
    first[to] = Math.min(first[to], first[from]);
    last[to] = Math.max(last[to], last[from]);
    return true;
  };
}
