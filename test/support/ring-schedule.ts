import { type Graph, producersOf, viewOf } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';

export interface RingSchedule {
  readonly schedule: { readonly node: number; readonly rows: number }[];
  readonly capacities: Map<TensorId, number>;
}

/**
 * A schedule that makes every row when a row of the last node first needs it, and rings of as many rows as are then alive
 * at once. Outputs stay whole, and so do inputs other than `pushed`, whose rows the host gives as steps need them.
 */
export function ringSchedule(graph: Graph, pushed: readonly TensorId[] = []): RingSchedule {
  const producers = producersOf(graph);
  const made = graph.tensors.map(() => 0);
  const written = graph.tensors.map((): number[] => []);
  const lastRead = graph.tensors.map((): number[] => []);
  const schedule: RingSchedule['schedule'] = [];
  const height = (id: TensorId): number => graph.tensors[id]?.shape[1] as number;

  const need = (id: TensorId, rows: number): void => {
    const n = producers.get(id);
    if (n === undefined) return;
    const node = graph.nodes[n] as Graph['nodes'][number];
    while ((made[id] as number) < rows) {
      const row = made[id] as number;
      const reads: { from: TensorId; rows: number[] }[] = [];
      node.inputs.forEach((from, input) => {
        if (from < 0 || graph.tensors[from]?.data) return;
        const rule = node.op.rows(viewOf(graph, node), input);
        const all = Array.from({ length: height(from) }, (_, i) => i);
        const wanted =
          rule.kind === 'window'
            ? Array.from({ length: rule.window }, (_, i) => row * rule.stride - rule.top + i * rule.dilation)
            : rule.kind === 'once'
              ? [0]
              : rule.kind === 'span'
                ? all.slice(...rule.rows(row))
                : all;
        reads.push({ from, rows: wanted.filter((at) => all.includes(at)) });
      });
      for (const read of reads) need(read.from, Math.max(...read.rows, -1) + 1);
      const step = schedule.push({ node: n, rows: 1 }) - 1;
      for (const read of reads) {
        for (const at of read.rows) {
          (lastRead[read.from] as number[])[at] = step;
          // A row is pushed just before the step that first needs it.
          if (!producers.has(read.from)) for (let up = 0; up <= at; up++) (written[read.from] as number[])[up] ??= step;
        }
      }
      (written[id] as number[])[row] = step;
      made[id] = row + 1;
    }
  };
  const ids = graph.nodes.flatMap(({ outputs }) => outputs);
  const isRead = (id: TensorId): boolean => graph.nodes.some(({ inputs }) => inputs.includes(id));
  for (const id of ids) if (!isRead(id) || graph.outputs.includes(id)) need(id, height(id));
  for (const id of ids) need(id, height(id)); // rows that nobody reads

  const capacities = new Map<TensorId, number>();
  const given = pushed.filter((id) => graph.tensors[id]?.perImage);
  for (const id of [...given, ...ids]) {
    if (graph.outputs.includes(id)) continue;
    const spans = (written[id] as number[]).map((step, row) => {
      const isNeeded = (last: number) => (producers.has(id) ? last > step : last >= step);
      const oldest = (lastRead[id] as number[]).findIndex((last, at) => at <= row && isNeeded(last));
      return row - (oldest < 0 ? row : oldest) + 1;
    });
    capacities.set(id, Math.max(...spans, 1));
  }
  return { schedule, capacities };
}
