import { type Graph, keptTensors, variablesOf } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Layout } from './layout.ts';
import { type Read, rowSpan } from './reads.ts';
import { type Ring, ringAt } from './ring.ts';
import type { NodeStep } from './schedule.ts';
import { traces } from './traces.ts';
import { readsOfSteps } from './uses.ts';

/**
 * Plays a schedule on memories that remember what was written where, and returns the first fault as a message, undefined
 * when there is none: a row that is read must still be there, outputs and inputs that are given once must be there at
 * the end, and every row must have been made. Rings, views and memory that an output takes over are all held to this.
 * A graph input that is whole is there at the start, and so are the values of variables; the rows of another input are pushed
 * as steps need them. What variables become must be there at the end, in the memory of their values.
 */
export function replay(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  layout: Layout,
  steps: readonly NodeStep[],
): string | undefined {
  const { rings, content, memory, isView } = layout;
  const { made, write, holds } = traces(layout);
  const readOf = readsOfSteps(graph, reads, layout);
  const missing = (id: TensorId, row: number): string =>
    `row ${row} of "${graph.tensors[id].name}" is not in its memory of ${ringAt(rings, id).capacity} rows`;
  const push = (id: TensorId, rows: number): void => {
    while (made[id] < rows) write(id);
  };
  const pushed = new Set(graph.inputs.filter((id) => (rings[id] as Ring).capacity < (rings[id] as Ring).height));
  for (const id of graph.inputs) if (!pushed.has(id)) push(id, (rings[id] as Ring).height);
  for (const { value } of variablesOf(graph)) push(value, (rings[value] as Ring).height);

  for (const [s, { node, rows }] of steps.entries()) {
    const y = graph.nodes[node].outputs[0];
    const ring = rings[y] as Ring;
    const first = made[y];
    const where = `step ${s}, ${rows} rows of "${graph.nodes[node].name}"`;
    if (rows < 1 || rows > ring.capacity || first + rows > ring.height) {
      return `${where}: ${ring.height - first} are left and ${ring.capacity} fit`;
    }
    const activations = readOf[node];
    for (const { tensor, rule } of activations) {
      const source = content[tensor];
      if (!pushed.has(source)) continue;
      // The last rows of y may need nothing but padding below x.
      for (let row = first; row < first + rows; row++) {
        const { first: from, end, step } = rowSpan(rule, row, rings[tensor] as Ring, ring);
        if (end > from) push(source, end - step + 1);
      }
    }
    // Rows are made one after the other: a row that y takes over must not be read for a later row of the same step. What lies
    // in another memory stays as it is meanwhile: windows that overlap look at each of its rows once.
    const known: number[] = activations.map(({ tensor }) => (memory[tensor] === memory[y] ? -1 : 0));
    for (let row = first; row < first + rows; row++) {
      for (const [i, { tensor, rule }] of activations.entries()) {
        const { first: from, end, step } = rowSpan(rule, row, rings[tensor] as Ring, ring);
        const stays = step === 1 && known[i] >= 0;
        for (let at = stays ? Math.max(from, known[i]) : from; at < end; at += step) {
          if (!holds(tensor, at)) return `${where}: ${missing(tensor, at)}`;
        }
        if (stays) known[i] = Math.max(end, known[i]);
      }
      write(y);
    }
  }

  for (const [n, { name, outputs }] of graph.nodes.entries()) {
    const y = outputs[0];
    const height = ringAt(rings, y).height;
    if (!isView[n] && made[y] !== height) return `${made[y]} of ${height} rows of "${name}" are made`;
  }
  const kept = [...keptTensors(graph), ...graph.inputs.filter((id) => !graph.tensors[id].perImage)];
  for (const id of kept) {
    for (let row = 0; row < ringAt(rings, id).height; row++) {
      if (!holds(id, row)) return `at the end: ${missing(id, row)}`;
    }
  }
  return undefined;
}
