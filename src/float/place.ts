import { type Graph, givenTensors, keptTensors } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import { elements } from '../graph/tensor.ts';

/** Addresses are multiples of a cache line. */
const alignment = 64;
export const aligned = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

export interface Placement {
  /** tensor → bytes from the first activation. */
  readonly offsets: ReadonlyMap<TensorId, number>;
  readonly bytes: number;
}

/**
 * Where each activation lies. A tensor has its bytes from the node that makes it to its last reader, graph outputs and what variables
 * become to the end; then the next one that fits takes them, at the lowest place. Outputs never share bytes with inputs of their node.
 */
export function placeActivations(graph: Graph): Placement {
  const { tensors, nodes } = graph;
  const lastRead = new Map<TensorId, number>();
  nodes.forEach((node, n) => {
    for (const id of node.inputs) lastRead.set(id, n);
  });
  for (const id of keptTensors(graph)) lastRead.set(id, nodes.length);

  const offsets = new Map<TensorId, number>();
  let live: { readonly id: TensorId; readonly from: number; readonly to: number }[] = [];
  let bytes = 0;
  const place = (id: TensorId): void => {
    const size = aligned(4 * elements(tensors[id].shape));
    let from = 0;
    let at = 0;
    for (; at < live.length; at++) {
      const next = live[at] as { from: number; to: number };
      if (next.from - from >= size) break;
      from = next.to;
    }
    live.splice(at, 0, { id, from, to: from + size });
    offsets.set(id, from);
    bytes = Math.max(bytes, from + size);
  };

  givenTensors(graph).forEach(place);
  nodes.forEach((node, n) => {
    node.outputs.forEach(place);
    live = live.filter(({ id }) => (lastRead.get(id) ?? -1) > n);
  });
  return { offsets, bytes };
}
