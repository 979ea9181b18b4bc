import { type Graph, variablesOf } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Place } from './places.ts';
import type { Read } from './reads.ts';
import { type Columns, partOf, type Ring, ringOf } from './ring.ts';

/**
 * For each activation its ring, wide enough for the padding columns of all its readers, of those that read a part of it
 * (`parts`, by node) and of what is made among its pixels (`places`, by tensor); of a variable also what it becomes. undefined
 * for constants.
 */
export function ringsOf(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  parts: readonly (number | undefined)[],
  places: readonly (Place | undefined)[],
  capacities: ReadonlyMap<TensorId, number> = new Map(),
): (Ring | undefined)[] {
  const columns = graph.tensors.map(() => ({ left: 0, right: 0 }));
  const widen = (id: TensorId, need: Columns): void => {
    const { left, right } = columns[id] as Columns;
    columns[id] = { left: Math.max(left, need.left), right: Math.max(right, need.right) };
  };
  for (const { tensor, need } of reads.flat()) widen(tensor, need);
  // From the end: a part of a part hands on what it wants itself.
  for (let n = graph.nodes.length - 1; n >= 0; n--) {
    const { inputs, outputs } = graph.nodes[n];
    if (parts[n] !== undefined) widen(inputs[0], columns[outputs[0]]);
  }
  // From the start: what is made in a part wants it of the whole, and that may be a part again.
  for (const { outputs } of graph.nodes) {
    const place = places[outputs[0]];
    if (place) widen(place.whole, columns[outputs[0]]);
  }
  for (const { value, next } of variablesOf(graph)) {
    widen(value, columns[next]);
    widen(next, columns[value]);
  }
  const ringAt = (id: TensorId): Ring => {
    const place = places[id];
    const tensor = graph.tensors[id];
    if (!place) return ringOf(tensor, columns[id], capacities.get(id));
    return partOf(ringAt(place.whole), place.channel, tensor.shape[3]);
  };
  return graph.tensors.map((tensor, id) => (tensor.data ? undefined : ringAt(id)));
}
