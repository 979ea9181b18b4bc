import type { Step } from '../format/model-file.ts';
import type { Graph, TensorId } from '../graph/graph.ts';
import type { DType } from '../graph/tensor.ts';
import type { Layout } from './layout.ts';
import { type Read, readsOutside } from './reads.ts';
import type { Ring } from './ring.ts';
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
  { rings }: Layout,
  schedule: readonly NodeStep[],
): Program {
  const stages: Stage[] = [];
  const steps: Step[] = [];
  const zeroRows = new Map<string, { readonly index: number; readonly row: ZeroRow }>();
  const stageOf = new Map<number, number>();

  const zeroRowOf = (node: number, read: Read | undefined): number => {
    const x = read && rings[read.tensor];
    const y = rings[graph.nodes[node]?.outputs[0] as TensorId];
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

  for (const { node, rows } of schedule) {
    let stage = stageOf.get(node);
    if (stage === undefined) {
      const zeroRow = zeroRowOf(node, reads[node]?.[0]);
      stage = stages.length;
      stageOf.set(node, stage);
      stages.push({ node, zeroRow, rows, reads: reads[node] as readonly Read[] });
    }
    const current = stages[stage] as Stage;
    stages[stage] = { ...current, rows: Math.max(current.rows, rows) };
    steps.push({ stage, rows });
  }
  return { stages, steps, zeroRows: Array.from(zeroRows.values(), ({ row }) => row) };
}

/** One row as long as those of x, whose padding columns are pixels like the others. */
function zeroRowBeside(graph: Graph, x: TensorId, { rowBytes, channels, pixelStride }: Ring): ZeroRow {
  const tensor = graph.tensors[x];
  const width = rowBytes / pixelStride;
  const ring = { capacity: 1, rowBytes, height: 1, width, channels, pixelStride, origin: 0, left: 0, right: 0 };
  return { dtype: tensor?.dtype ?? 'i8', zeroPoint: tensor?.quantization?.zeroPoint[0] ?? 0, ring };
}
