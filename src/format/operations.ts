import { dtypes, elementBytes, type Opcode, rowKinds } from './instructions.ts';
import type { ModelFile, Operand, StageRecord, Step } from './model-file.ts';

/**
 * Elementary operations of one run, from operands and records alone: a bound on its time that no record can evade. One
 * is a multiply-accumulate, or an element that is read or written, or a row whose address is looked up. Whatever a record
 * makes a kernel loop over is in it, also where a step of a single row does it anew. assembly/check/operations.ts has the
 * same formulas, docs/format.md tells them.
 *
 * Products and sums of floats: exact below 2^53, and what passes 2^53 on the way ends there too, as nothing is negative.
 */

/** Where the count stops: 2^53 − 1. */
export const mostOperations = Number.MAX_SAFE_INTEGER;

/** What a step costs before it makes a row: choosing the kernel and reading its record. */
const stepOperations = 64;

/** A step of a stage, and what every formula asks of it. */
interface Work {
  readonly x: Operand;
  readonly y: Operand;
  readonly rows: number;
  /** Of y. */
  readonly pixels: number;
  /** Elements of y. */
  readonly elements: number;
  readonly word: (field: string) => number;
}

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

/** Windows are counted whole, also where they reach beyond the map: a kernel looks at their rows before it leaves them out. */
const pool = ({ elements, word }: Work): number => elements * (word('windowH') * word('windowW') + 1);
/** Two inputs and an output. */
const pair = ({ elements }: Work): number => 3 * elements;
/** An input and an output. */
const pointwise = ({ elements }: Work): number => 2 * elements;
const copy = ({ elements, y }: Work): number => 2 * elements * bytesOf(y);

const kernels: Readonly<Record<Opcode, (work: Work) => number>> = {
  fill: ({ y }) => y.rowBytes,
  /** Each group gathers its windows, multiplies them and stores its outputs. */
  gemm: ({ pixels, elements, word }) => pixels * word('groups') * word('depth') * (word('groupOutputs') + 1) + elements,
  /** Every step widens the weights first. */
  depthwise: ({ y, pixels, elements, word }) =>
    word('windowH') * word('windowW') * y.channels * (pixels + 1) + elements,
  add: pair,
  averagePool: pool,
  mean: ({ x, rows, elements, word }) => (word('axes') === 1 ? rows : x.height) * x.width * x.channels + elements,
  pad: ({ x, rows, elements }) => elements + rows * x.width * x.channels,
  reshape: copy,
  /** The maximum, the sum, the quotients; and the reciprocal of each pixel's sum. */
  softmax: ({ pixels, elements }) => 4 * elements + 16 * pixels,
  table: pointwise,
  slice: copy,
  /** Every step looks at the next sixteen entries of the table for every channel. */
  select: ({ y, elements }) => 16 * y.channels + 2 * elements,
  mul: pair,
  maxPool: pool,
  transpose: pointwise,
  /** Four neighbours and an output. */
  resize: ({ elements }) => 5 * elements,
  dequantize: pointwise,
  quantizeReal: pointwise,
  argMax: ({ x, pixels }) => pixels * (x.channels + 1),
  /** The most taps that a pixel meets, each with x's channels rounded up to even; a pixel of zero points for every step. */
  transposeConv: ({ x, y, pixels, elements, word }) => {
    const taps = Math.ceil(word('tapsH') / word('stepH')) * Math.ceil(word('tapsW') / word('stepW'));
    return x.channels + 1 + pixels * taps * (x.channels + (x.channels % 2)) * y.channels + elements;
  },
  prelu: pointwise,
  combine: pair,
};

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
  const pixels = rows * y.width;
  const tables = rowsAddressed(record, x, rows) + rows * (word('x2') < 0 ? 1 : 2);
  const padding = rows * (y.left + y.right) * y.pixelStride;
  const work = { x, y, rows, pixels, elements: pixels * y.channels, word };
  return stepOperations + tables + padding + kernels[record.opcode](work);
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
