import type { Step } from '../format/model-file.ts';
import { type Graph, inputOf, viewOf } from '../graph/graph.ts';
import type { DType, TensorId } from '../graph/tensor.ts';
import type { Layout } from './layout.ts';
import { copiesOf } from './places.ts';
import { type Read, readsOutside } from './reads.ts';
import { type Ring, ringOf } from './ring.ts';
import type { NodeStep } from './schedule.ts';

/** A row of zero points that stands for every row above or below the images of equal rows and zero point. */
export interface ZeroRow {
  readonly dtype: DType;
  readonly zeroPoint: number;
  readonly ring: Ring;
}

/** What a stage runs: a node, or the filling of a zero row. */
export interface Stage {
  /** An index into `Graph.nodes`, −1 for a fill. */
  readonly node: number;
  /** The zero row that it fills or reads, an index into the list of them; −1: none. */
  readonly zeroRow: number;
  /** Rows of its largest step. */
  readonly rows: number;
  /** x, then x2. */
  readonly reads: readonly Read[];
  /** The channels of the node's output that it makes, where not all of them: one input's place in a concatenation. */
  readonly into?: { readonly first: number; readonly channels: number };
}

export interface Program {
  readonly stages: readonly Stage[];
  readonly steps: readonly Step[];
  readonly zeroRows: readonly ZeroRow[];
}

/** Numbers stages in the order in which they first run, each zero row's fill just before its first reader. */
export function programOf(
  graph: Graph,
  reads: readonly (readonly Read[])[],
  { rings, places }: Layout,
  schedule: readonly NodeStep[],
): Program {
  const stages: Stage[] = [];
  const steps: Step[] = [];
  const zeroRows = new Map<string, { readonly index: number; readonly row: ZeroRow }>();
  const stagesOf = new Map<number, readonly number[]>();

  const zeroRowOf = (node: number, read: Read | undefined): number => {
    const x = read && rings[read.tensor];
    const y = rings[graph.nodes[node]?.outputs[0]];
    if (!x || !y || !read.need.zeroRow || !readsOutside(read.rule, x, y)) return -1;
    const row = zeroRowBeside(graph, read.tensor, x);
    const key = `${row.dtype} ${row.zeroPoint} ${row.ring.rowBytes}`;
    const known = zeroRows.get(key);
    if (known) return known.index;
    const index = zeroRows.size;
    zeroRows.set(key, { index, row });
    steps.push({ stage: stages.length, rows: 1 });
    stages.push({ node: -1, zeroRow: index, rows: 1, reads: [] });
    return index;
  };

  /** One stage a node, or one for each input that a concatenation copies. */
  const stagesFor = (node: number): Pick<Stage, 'reads' | 'into'>[] => {
    const all = reads[node];
    const view = viewOf(graph, graph.nodes[node]);
    const first = view.node.op.places?.(view);
    if (!first) return [{ reads: all }];
    return copiesOf(graph, places, node).map((i) => ({
      reads: all.filter(({ position }) => position === i),
      into: { first: first[i], channels: inputOf(view, i).shape.at(-1) as number },
    }));
  };

  for (const { node, rows } of schedule) {
    if (!stagesOf.has(node)) {
      const zeroRow = zeroRowOf(node, reads[node]?.[0]);
      const made = stagesFor(node).map((stage) => stages.push({ node, zeroRow, rows, ...stage }) - 1);
      stagesOf.set(node, made);
    }
    for (const stage of stagesOf.get(node) as readonly number[]) {
      const current = stages[stage];
      stages[stage] = { ...current, rows: Math.max(current.rows, rows) };
      steps.push({ stage, rows });
    }
  }
  return { stages, steps, zeroRows: Array.from(zeroRows.values(), ({ row }) => row) };
}

/** One row as long as those of x, whose padding columns are pixels like the others. */
function zeroRowBeside(graph: Graph, x: TensorId, { rowBytes, pixelStride }: Ring): ZeroRow {
  const tensor = graph.tensors[x];
  const width = rowBytes / pixelStride;
  const ring = ringOf({ shape: [1, 1, width, pixelStride], dtype: 'i8' }, { left: 0, right: 0 });
  return { dtype: tensor?.dtype ?? 'i8', zeroPoint: tensor?.quantization?.zeroPoint[0] ?? 0, ring };
}
