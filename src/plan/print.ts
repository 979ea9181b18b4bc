import { checkLike } from '../format/arguments.ts';
import type { Like } from '../format/like.ts';
import type { Plan } from './plan.ts';
import { isPart } from './ring.ts';

/** What `printPlan` reads of a plan. */
const planLike = {
  buffers: [{ offset: 0, bytes: 0, first: 0, last: 0, kind: '', name: '' }],
  operands: [
    { buffer: -1, height: 0, width: 0, channels: 0, capacity: 0, left: 0, right: 0, elementBytes: 0, pixelStride: 0 },
  ],
  stages: [{}],
  steps: [{}],
  ramBytes: 0,
  liveBytes: 0,
  bindingStep: 0,
  ram: { activations: 0, zeroRows: 0, scratch: 0, state: 0, unused: 0 },
} satisfies Like;

const count = (value: number): string => value.toLocaleString('en-US');

/** Columns padded to their widest cell, the first ones to the left where `left` says so. */
function table(rows: readonly (readonly string[])[], left: readonly boolean[]): string {
  const widths = left.map((_, c) => Math.max(...rows.map((row) => row[c]?.length ?? 0)));
  const cell = (text: string, c: number): string => (left[c] ? text.padEnd(widths[c]) : text.padStart(widths[c]));
  return rows.map((row) => `${row.map(cell).join('  ').trimEnd()}\n`).join('');
}

/** Steps of one stage in a row, as first–last: a schedule by rows has thousands. */
const span = (first: number, last: number): string => (first === last ? `${first}` : `${first}–${last}`);

/** The arena by offset: what lies where during which steps. For people, golden files and diffs. Throws input. */
export function printPlan(plan: Plan): string {
  checkLike('printPlan: plan', plan, planLike, 'input');
  const { buffers, operands, stages, steps, ramBytes, liveBytes, bindingStep, ram } = plan;
  const shapeOf = (buffer: number): string => {
    const operand = operands.find((one) => one.buffer === buffer && !isPart(one));
    if (!operand) return '';
    const { height, width, channels, capacity, left, right } = operand;
    const columns = left + right > 0 ? ` +${left}+${right}` : '';
    return `${height}×${width}×${channels}${columns}${capacity < height ? `, ring of ${capacity}` : ''}`;
  };
  const rows = buffers
    .map((buffer, i) => ({ ...buffer, shape: shapeOf(i) }))
    .sort((a, b) => a.offset - b.offset || a.first - b.first)
    .map(({ offset, bytes, first, last, kind, shape, name }) => {
      return [count(offset), count(bytes), span(first, last), kind, shape, name];
    });
  const parts = Object.entries(ram).map(([kind, bytes]) => `${kind} ${count(bytes)}`);
  const summary = [
    `ramBytes ${count(ramBytes)}, in use at most ${count(liveBytes)}, at step ${bindingStep}: ${parts.join(', ')}`,
    `${stages.length} stages in ${steps.length} steps`,
  ];
  const header = ['offset', 'bytes', 'steps', 'kind', 'shape', 'name'];
  return `${summary.join('\n')}\n\n${table([header, ...rows], [false, false, false, true, true, true])}`;
}
