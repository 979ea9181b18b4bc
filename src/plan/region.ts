import { type Graph, variablesOf } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import { type Read, rowSpan } from './reads.ts';
import { type Ring, ringAt, ringBytes } from './ring.ts';
import type { NodeStep } from './schedule.ts';

/** What the search for regions asks of a graph, computed once. */
export interface Streams {
  readonly graph: Graph;
  /** What each node reads row by row, constants left out. */
  readonly reads: readonly (readonly Read[])[];
  /** Whole memories of activations, padding columns included. */
  readonly rings: readonly (Ring | undefined)[];
  /** The node that makes a tensor; −1 for inputs and variables. */
  readonly maker: readonly number[];
  readonly readers: readonly (readonly Reader[])[];
  /** The last node that reads a tensor; Infinity for what is kept until the end of the run. */
  readonly lastRead: readonly number[];
}

interface Reader {
  readonly node: number;
  readonly read: Read;
}

export function streamsOf(
  graph: Graph,
  allReads: readonly (readonly Read[])[],
  rings: readonly (Ring | undefined)[],
): Streams {
  const reads = allReads.map((each) => each.filter(({ tensor }) => rings[tensor]));
  const maker = graph.tensors.map(() => -1);
  const readers = graph.tensors.map((): Reader[] => []);
  const lastRead = graph.tensors.map(() => -1);
  graph.nodes.forEach(({ outputs }, node) => {
    for (const id of outputs) maker[id] = node;
    for (const read of reads[node]) {
      readers[read.tensor].push({ node, read });
      lastRead[read.tensor] = node;
    }
  });
  const kept = [...graph.outputs, ...variablesOf(graph).flatMap(({ value, next }) => [value, next])];
  for (const id of kept) lastRead[id] = Infinity;
  return { graph, reads, rings, maker, readers, lastRead };
}

/** Nodes `first` to `last`, streamed together: each makes rows as others ask for them, into a ring of as few as will do. */
export interface Region {
  readonly first: number;
  readonly last: number;
  readonly schedule: readonly NodeStep[];
  /** Rows of the rings that are smaller than their tensors. */
  readonly capacities: ReadonlyMap<TensorId, number>;
  /** Bytes of all activations that are there while the region runs, scratch and rows of zero points left out. */
  readonly bytes: number;
}

/** The nodes of a region, run row by row: a row is made when a reader's next row needs it, and not before. */
export function regionOf(streams: Streams, first: number, last: number): Region {
  const { graph, reads, rings, maker, readers, lastRead } = streams;
  const made = new Map<TensorId, number>();
  const capacities = new Map<TensorId, number>();
  const schedule: { node: number; rows: number }[] = [];
  const isInside = (node: number): boolean => node >= first && node <= last;

  /** Read behind the region, kept until the end, or asked for as a whole. */
  const isWhole = (id: TensorId): boolean =>
    lastRead[id] > last || readers[id].some(({ read }) => read.rule.kind === 'whole' || read.rule.kind === 'span');

  /** The first row of a tensor that a row which is still to be made needs. */
  const firstNeeded = (id: TensorId): number => {
    let row = made.get(id) ?? 0;
    for (const { node, read } of readers[id]) {
      const y = graph.nodes[node].outputs[0];
      const next = made.get(y) ?? 0;
      const [x, of] = [ringAt(rings, id), ringAt(rings, y)];
      if (next < of.height) row = Math.min(row, rowSpan(read.rule, next, x, of).first);
    }
    return row;
  };

  const make = (id: TensorId, end: number): void => {
    const node = maker[id];
    if (!isInside(node)) return;
    for (let row = made.get(id) ?? 0; row < end; row++) {
      for (const { tensor, rule } of reads[node]) {
        make(tensor, rowSpan(rule, row, ringAt(rings, tensor), ringAt(rings, id)).end);
      }
      capacities.set(id, Math.max(capacities.get(id) ?? 1, row + 1 - firstNeeded(id)));
      made.set(id, row + 1);
      const before = schedule.at(-1);
      if (before?.node === node) before.rows++;
      else schedule.push({ node, rows: 1 });
    }
  };

  for (let node = first; node <= last; node++) {
    const id = graph.nodes[node].outputs[0];
    if (isWhole(id)) make(id, ringAt(rings, id).height);
  }
  // What nobody reads.
  for (let node = first; node <= last; node++) {
    const id = graph.nodes[node].outputs[0];
    make(id, ringAt(rings, id).height);
    if (isWhole(id) || (capacities.get(id) ?? 1) >= ringAt(rings, id).height) capacities.delete(id);
  }
  return { first, last, schedule, capacities, bytes: bytesDuring(streams, first, last, capacities) };
}

function bytesDuring(
  { rings, maker, lastRead }: Streams,
  first: number,
  last: number,
  capacities: ReadonlyMap<TensorId, number>,
): number {
  return rings.reduce((sum, ring, id) => {
    if (!ring || maker[id] > last || (maker[id] < first && lastRead[id] < first)) return sum;
    return sum + ringBytes({ ...ring, capacity: capacities.get(id) ?? ring.height });
  }, 0);
}
