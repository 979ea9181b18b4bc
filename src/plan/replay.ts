import type { Graph, TensorId } from '../graph/graph.ts';
import type { Layout } from './layout.ts';
import { type Read, rowsRead } from './reads.ts';
import { type Ring, ringBytes } from './ring.ts';
import type { NodeStep } from './schedule.ts';

/**
 * Plays a schedule on memories that remember what was written where, and returns the first fault as a message, undefined
 * when there is none: a row that is read must still be there, outputs and inputs that are given once must be there at
 * the end, and every row must have been made. Rings, views and memory that an output takes over are all held to this.
 * A graph input that is whole is there at the start; the rows of another are pushed as steps need them.
 */
export function replay(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  layout: Layout,
  steps: readonly NodeStep[],
): string | undefined {
  const { rings, content, isView } = layout;
  const { made, write, holds } = traces(layout);
  const missing = (id: TensorId, row: number): string =>
    `row ${row} of "${graph.tensors[id]?.name}" is not in its memory of ${rings[id]?.capacity} rows`;
  const push = (id: TensorId, rows: number): void => {
    while ((made[id] as number) < rows) write(id);
  };
  const pushed = new Set(graph.inputs.filter((id) => (rings[id] as Ring).capacity < (rings[id] as Ring).height));
  for (const id of graph.inputs) if (!pushed.has(id)) push(id, (rings[id] as Ring).height);

  for (const [s, { node, rows }] of steps.entries()) {
    const y = graph.nodes[node]?.outputs[0] as TensorId;
    const ring = rings[y] as Ring;
    const first = made[y] as number;
    const where = `step ${s}, ${rows} rows of "${graph.nodes[node]?.name}"`;
    if (rows < 1 || rows > ring.capacity || first + rows > ring.height) {
      return `${where}: ${ring.height - first} are left and ${ring.capacity} fit`;
    }
    const activations = (reads[node] as readonly Read[]).filter(({ tensor }) => rings[tensor]);
    for (const { tensor, rule } of activations) {
      const source = content[tensor] as TensorId;
      if (!pushed.has(source)) continue;
      // The last rows of y may need nothing but padding below x.
      for (let row = first; row < first + rows; row++) {
        push(source, Math.max(...rowsRead(rule, row, rings[tensor] as Ring, ring), -1) + 1);
      }
    }
    // Rows are made one after the other: a row that y takes over must not be read for a later row of the same step.
    for (let row = first; row < first + rows; row++) {
      for (const { tensor, rule } of activations) {
        const lost = rowsRead(rule, row, rings[tensor] as Ring, ring).find((at) => !holds(tensor, at));
        if (lost !== undefined) return `${where}: ${missing(tensor, lost)}`;
      }
      write(y);
    }
  }

  for (const [n, { name, outputs }] of graph.nodes.entries()) {
    const y = outputs[0] as TensorId;
    const height = rings[y]?.height ?? 0;
    if (!isView[n] && made[y] !== height) return `${made[y]} of ${height} rows of "${name}" are made`;
  }
  const kept = [...graph.outputs, ...graph.inputs.filter((id) => !graph.tensors[id]?.perImage)];
  for (const id of kept) {
    for (let row = 0; row < (rings[id]?.height ?? 0); row++) {
      if (!holds(id, row)) return `at the end: ${missing(id, row)}`;
    }
  }
  return undefined;
}

/** One memory in the course of a schedule: which run of elements of which tensor lies in each cell. */
interface Memory {
  /** Bytes of a cell: it divides the rows of every tensor here. */
  readonly cell: number;
  readonly content: Int32Array;
  readonly place: Int32Array;
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));

function memoriesOf(rings: Layout['rings'], memory: Layout['memory']): Map<TensorId, Memory> {
  const cells = new Map<TensorId, number>();
  rings.forEach((ring, id) => {
    if (ring) cells.set(memory[id] as TensorId, gcd(ring.rowBytes, cells.get(memory[id] as TensorId) ?? 0));
  });
  return new Map(
    Array.from(cells, ([id, cell]) => {
      const length = ringBytes(rings[id] as Ring) / cell;
      return [id, { cell, content: new Int32Array(length).fill(-1), place: new Int32Array(length) }] as const;
    }),
  );
}

/** `write` makes the next row of a tensor, `holds` says whether a row is still where it was made, `made` counts them. */
function traces({ rings, content, memory }: Layout) {
  const memories = memoriesOf(rings, memory);
  const made = rings.map(() => 0);
  const cellsOf = (id: TensorId, row: number) => {
    const { rowBytes, capacity } = rings[id] as Ring;
    const cells = memories.get(memory[id] as TensorId) as Memory;
    const count = rowBytes / cells.cell;
    return { cells, at: (row % capacity) * count, place: row * count, count };
  };
  const write = (id: TensorId): void => {
    const { cells, at, place, count } = cellsOf(id, made[id] as number);
    for (let k = 0; k < count; k++) {
      cells.content[at + k] = content[id] as TensorId;
      cells.place[at + k] = place + k;
    }
    made[id] = (made[id] as number) + 1;
  };
  const holds = (id: TensorId, row: number): boolean => {
    const { cells, at, place, count } = cellsOf(id, row);
    for (let k = 0; k < count; k++) {
      if (cells.content[at + k] !== content[id] || cells.place[at + k] !== place + k) return false;
    }
    return true;
  };
  return { made, write, holds };
}
