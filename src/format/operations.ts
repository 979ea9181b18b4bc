import { evaluateFormula, type Quantity } from './formula.ts';
import { dispatch, dtypes, elementBytes, rowKinds } from './instructions.ts';
import type { ModelFile, Operand, StageRecord, Step } from './model-file.ts';

/**
 * Elementary operations of one run, from operands and records alone: a bound on its time that no record can evade. One
 * is a multiply-accumulate, or an element that is read or written, or a row whose address is looked up. Whatever a record
 * makes a kernel loop over is in it, also where a step of a single row does it anew. The formulas of the kernels are in
 * `dispatch` (instructions.ts); assembly/check/operations.ts counts the same, docs/format.md describes it.
 */

/** Where the count stops: 2^53 − 1. */
export const mostOperations = Number.MAX_SAFE_INTEGER;

/** What a step costs before it makes a row: choosing the kernel and reading its record. */
const stepOperations = 64;

const none: Operand = {
  address: 0,
  constant: 0,
  capacity: 0,
  rowBytes: 0,
  height: 0,
  width: 0,
  channels: 0,
  pixelStride: 0,
  origin: 0,
  left: 0,
  right: 0,
  zeroPoint: 0,
  dtype: 0,
  scale: 0,
};

const bytesOf = ({ dtype }: Operand): number => elementBytes[(dtypes[dtype] ?? 'i8') as keyof typeof elementBytes] ?? 1;

/** Operations of a kernel, by the formula of its opcode. */
function kernelOperations({ opcode, words }: StageRecord, x: Operand, y: Operand, rows: number): number {
  if (opcode === 'fill') return y.rowBytes;
  const pixels = rows * y.width;
  const quantities: Readonly<Record<Quantity, number>> = {
    rows,
    pixels,
    elements: pixels * y.channels,
    'x.height': x.height,
    'x.width': x.width,
    'x.channels': x.channels,
    'y.channels': y.channels,
    'y.elementBytes': bytesOf(y),
  };
  return evaluateFormula(dispatch[opcode].operations, (name) => quantities[name as Quantity] ?? words[name] ?? 0);
}

/** Rows of x whose addresses a step looks up: those of a window, or all, for every step. */
function rowsAddressed({ words }: StageRecord, { height }: Operand, rows: number): number {
  if ((words.x ?? 0) < 0) return 0;
  if (words.rowKind === rowKinds.once) return 1;
  if (words.rowKind === rowKinds.whole || words.rowKind === rowKinds.flat) return height;
  return (rows - 1) * (words.strideH ?? 0) + ((words.windowH ?? 0) - 1) * (words.dilationH ?? 0) + 1;
}

function stepCount({ operands, stages }: Pick<ModelFile, 'operands' | 'stages'>, { stage, rows }: Step): number {
  const record = stages[stage];
  if (!record) return 0;
  const { words } = record;
  const word = (field: string): number => words[field] ?? 0;
  const x = operands[word('x')] ?? none;
  const y = operands[word('y')] ?? none;
  const tables = rowsAddressed(record, x, rows) + rows * (word('x2') < 0 ? 1 : 2);
  const padding = rows * (y.left + y.right) * y.pixelStride;
  return stepOperations + tables + padding + kernelOperations(record, x, y, rows);
}

/**
 * Elementary operations of one run: the inputs given with their padding columns, every step, the outputs taken. At most
 * 2^53 − 1. Of records that the engine would refuse it is some number.
 */
export function operationsOf(
  model: Pick<ModelFile, 'operands' | 'stages' | 'schedule' | 'inputs' | 'outputs'>,
): number {
  let total = model.stages.length; // their counters, set to zero
  for (const { operand } of [...model.inputs, ...model.outputs]) {
    const { height, rowBytes } = model.operands[operand] ?? none;
    total += height * (rowBytes + 1);
  }
  for (const step of model.schedule) total += stepCount(model, step);
  return total >= 0 ? Math.min(total, mostOperations) : 0;
}
