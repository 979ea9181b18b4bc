import { type Graph, variablesOf } from '../../src/graph/graph.ts';
import type { TensorId } from '../../src/graph/tensor.ts';
import type { Plan } from '../../src/plan/plan.ts';

export type Operand = Plan['operands'][number];

/** A byte range of the arena. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export const overlap = (a: Range, b: Range): boolean => a.from < b.to && b.from < a.to;

/** Whether a row that is written leaves one that is read as it is: other channels of the same pixels, and padding alike. */
export function areBeside(x: Operand, range: Range, y: Operand, target: Range): boolean {
  const aligned = range.from === target.from && range.to === target.to && x.pixelStride === y.pixelStride;
  const apart = x.origin + x.channels <= y.origin || y.origin + y.channels <= x.origin;
  const padded = x.left + x.right + y.left + y.right > 0;
  return aligned && apart && x.left === y.left && (!padded || x.zeroPoint === y.zeroPoint);
}

/** Rows of x for row `at` of y, those outside the image included. */
export function rowsNeeded(
  rule: ReturnType<Graph['nodes'][number]['op']['rows']>,
  at: number,
  x: Operand,
  y: Operand,
): number[] {
  if (rule.kind === 'once') return [0];
  if (rule.kind === 'span') {
    const [first, end] = rule.rows(at);
    return Array.from({ length: end - first }, (_, i) => first + i);
  }
  if (rule.kind === 'whole') return Array.from({ length: x.height }, (_, row) => row);
  const rows: number[] = [];
  if (rule.kind === 'window') {
    for (let tap = 0; tap < rule.window; tap++) rows.push(at * rule.stride - rule.top + tap * rule.dilation);
    return rows;
  }
  const line = x.width * x.channels;
  const first = at * y.width * y.channels;
  for (let row = 0; row < x.height; row++) {
    if ((row + 1) * line > first && row * line < first + y.width * y.channels) rows.push(row);
  }
  return rows;
}

/** What a variable becomes lies where its value does, and nothing else is ever there. */
export function expectKept(graph: Graph, { operands, operandOf, buffers, steps }: Plan): void {
  for (const { name, value, next } of variablesOf(graph)) {
    const bufferOf = (id: TensorId): number => (operands[operandOf[id] as number] as Operand).buffer;
    if (bufferOf(value) !== bufferOf(next)) throw new Error(`the variable "${name}" becomes what lies elsewhere`);
    const { first, last } = buffers[bufferOf(value)] as Plan['buffers'][number];
    if (first > 0 || last < steps.length - 1) throw new Error(`the variable "${name}" shares its memory`);
  }
}
