import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Opcode, opcodes } from '../../src/format/instructions.ts';
import type { Operand, StageRecord } from '../../src/format/model-file.ts';
import { mostOperations, operationsOf } from '../../src/format/operations.ts';
import { dense } from '../support/hand-written.ts';

type Shape = readonly [height: number, width: number, channels: number];

const operand = ([height, width, channels]: Shape, more: Partial<Operand> = {}): Operand => ({
  ...dense(0, height, width, channels),
  ...more,
});

interface Case {
  readonly x: Shape;
  readonly y: Shape;
  readonly words?: Readonly<Record<string, number>>;
  readonly yMore?: Partial<Operand>;
  readonly rows?: number;
}

const oneToOne = { x: 0, y: 1, x2: -1, rowKind: 0, windowH: 1, strideH: 1, dilationH: 1 };

/** A model of one stage without inputs and outputs, in steps of `rows` rows. */
function modelOf(opcode: Opcode, { x, y, words, yMore, rows = y[0] }: Case) {
  const stage: StageRecord = { opcode, words: { ...oneToOne, ...words } };
  const schedule = Array.from({ length: y[0] / rows }, () => ({ stage: 0, rows }));
  return { operands: [operand(x), operand(y, yMore)], stages: [stage], schedule, inputs: [], outputs: [] };
}

/** Less what every model of one stage has: its counter, 64 for each step, and the rows that are looked up. */
const kernelOf = (opcode: Opcode, of: Case, lookedUp: number): number =>
  operationsOf(modelOf(opcode, of)) - 1 - 64 * (of.y[0] / (of.rows ?? of.y[0])) - lookedUp;

/** Calls `visit` once for every tuple of numbers below `sizes`. */
function forEach(sizes: readonly number[], visit: () => void): void {
  const [size, ...inner] = sizes;
  if (size === undefined) visit();
  else for (let i = 0; i < size; i++) forEach(inner, visit);
}

/** How often the innermost statements of several nests of loops are run. */
function visits(...nests: readonly (readonly number[])[]): number {
  let count = 0;
  for (const sizes of nests) forEach(sizes, () => count++);
  return count;
}

describe('the count of a kernel is that of its loops', () => {
  const h = 3;
  const w = 4;
  const c = 5;
  const map: Shape = [h, w, c];
  const elements = [h, w, c];
  /** Row addresses: of x and y, one to one. */
  const rows = 2 * h;

  const pointwise = ['table', 'transpose', 'dequantize', 'quantizeReal', 'prelu', 'reshape', 'slice'] as const;
  it.each(pointwise)('%s: every element is read and written', (opcode) => {
    expect(kernelOf(opcode, { x: map, y: map }, rows)).toBe(visits(elements, elements));
  });

  it.each(['add', 'mul'] as const)('%s: two elements are read and one is written', (opcode) => {
    const words = { x2: 0 };
    expect(kernelOf(opcode, { x: map, y: map, words }, 3 * h)).toBe(visits(elements, elements, elements));
  });

  it('fill: every byte of the row, its padding too', () => {
    const words = { x: -1 };
    const of = { x: map, y: [1, w, c] as const, words, yMore: { rowBytes: 99 } };
    expect(kernelOf('fill', of, 1)).toBe(99);
  });

  it.each([
    { opcode: 'averagePool' as const, windowW: 2 },
    { opcode: 'maxPool' as const, windowW: 2 },
    { opcode: 'maxPool' as const, windowW: 50 },
  ])('$opcode: every cell of a window of 3 × $windowW, also beyond the map, and the output', ({ opcode, windowW }) => {
    const words = { windowH: 3, windowW };
    expect(kernelOf(opcode, { x: map, y: map, words }, h + 2 + h)).toBe(visits([...elements, 3, windowW], elements));
  });

  it('gemm: each group gathers its windows, multiplies them, and every output is stored', () => {
    const words = { windowH: 3, windowW: 3, groups: 2, groupOutputs: 7, depth: 18 };
    const gathered = [h, w, 2, 18];
    const multiplied = [h, w, 2, 18, 7];
    const of = { x: [5, 6, 4] as const, y: [h, w, 14] as const, words };
    expect(kernelOf('gemm', of, 5 + h)).toBe(visits(gathered, multiplied, [h, w, 14]));
  });

  it('depthwise: every step widens the taps, every output meets them and is stored', () => {
    const words = { windowH: 3, windowW: 2, multiplier: 1 };
    const widened = [3, 2, c];
    const steps = Array.from({ length: h }, () => widened);
    const of = { x: [5, 6, c] as const, y: map, words, rows: 1 };
    expect(kernelOf('depthwise', of, h * (3 + 1))).toBe(visits(...steps, [h, w, c, 3, 2], elements));
  });

  it('transposeConv: every output meets the taps of the fullest phase over an even number of channels', () => {
    const words = { rowKind: 3, tapsH: 3, tapsW: 4, stepH: 2, stepW: 3 };
    const zeros = [3 + 1];
    const multiplied = [h, w, c, 2, 2, 4];
    const of = { x: [2, 2, 3] as const, y: map, words };
    expect(kernelOf('transposeConv', of, 2 + h)).toBe(visits(zeros, multiplied, elements));
  });

  it('mean over the map: every cell of x for every step, and the outputs', () => {
    const of = { x: map, y: [1, 1, c] as const, words: { rowKind: 3, axes: 0 } };
    expect(kernelOf('mean', of, h + 1)).toBe(visits(elements, [c]));
  });

  it('mean over channels: every channel of every pixel, and the outputs', () => {
    const of = { x: map, y: [h, w, 1] as const, words: { axes: 1 }, rows: 1 };
    expect(kernelOf('mean', of, rows)).toBe(visits(elements, [h, w]));
  });

  it('pad: every element of the frame, and what is copied into it', () => {
    const of = { x: [h, 2, 3] as const, y: map };
    expect(kernelOf('pad', of, rows)).toBe(visits(elements, [h, 2, 3]));
  });

  it.each(['reshape', 'slice'] as const)('%s: every byte of elements of eight', (opcode) => {
    const bytes = [h, w, c, 8];
    expect(kernelOf(opcode, { x: map, y: map, yMore: { dtype: 6 } }, rows)).toBe(visits(bytes, bytes));
  });

  it('softmax: three reads and a write of every element, and sixteen for the reciprocal of a pixel', () => {
    const expected = visits(elements, elements, elements, elements, [h, w, 16]);
    expect(kernelOf('softmax', { x: map, y: map }, rows)).toBe(expected);
  });

  it('select: every step looks at sixteen entries of the table for a channel', () => {
    const steps = Array.from({ length: h }, () => [c, 16]);
    expect(kernelOf('select', { x: map, y: map, rows: 1 }, rows)).toBe(visits(...steps, elements, elements));
  });

  it('resize: four neighbours of every output, and the output', () => {
    const of = { x: [2, 2, c] as const, y: map, words: { rowKind: 3 } };
    expect(kernelOf('resize', of, 2 + h)).toBe(visits([...elements, 4], elements));
  });

  it('argMax: every channel of every pixel, and its index', () => {
    const of = { x: map, y: [h, w, 1] as const };
    expect(kernelOf('argMax', of, rows)).toBe(visits(elements, [h, w]));
  });
});

describe('what a step costs beside its kernel', () => {
  const map: Shape = [4, 3, 2];
  const kernel = 2 * 4 * 3 * 2;

  it('is 64 for itself and a look-up for every row', () => {
    expect(operationsOf(modelOf('table', { x: map, y: map }))).toBe(1 + 64 + (4 + 4) + kernel);
    expect(operationsOf(modelOf('table', { x: map, y: map, rows: 1 }))).toBe(1 + 4 * (64 + 1 + 1) + kernel);
  });

  it('has a second table of rows where there is a second input', () => {
    const once = operationsOf(modelOf('select', { x: map, y: map }));
    expect(operationsOf(modelOf('select', { x: map, y: map, words: { x2: 0 } })) - once).toBe(4);
  });

  it('has all rows of x for every step that takes x whole', () => {
    const x: Shape = [1000, 1, 24];
    const whole = operationsOf(modelOf('reshape', { x, y: map, words: { rowKind: 1 }, rows: 1 }));
    expect(whole).toBe(1 + 4 * (64 + 1000 + 1) + kernel);
  });

  it('has every row that a dilated window spans, read or not', () => {
    const words = { windowH: 3, strideH: 7, dilationH: 100, windowW: 1 };
    const x: Shape = [60000, 1, 2];
    const y: Shape = [4, 1, 2];
    const cells = 4 * 2 * (3 + 1);
    expect(operationsOf(modelOf('maxPool', { x, y, words }))).toBe(1 + 64 + (3 * 7 + 2 * 100 + 1) + 4 + cells);
  });

  it('has every byte of padding columns', () => {
    const yMore = { left: 100, right: 20, pixelStride: 7 };
    const with4 = operationsOf(modelOf('table', { x: map, y: map, yMore }));
    expect(with4).toBe(1 + 64 + (4 + 4) + 4 * 120 * 7 + kernel);
  });
});

it('counts the rows of every input and output with their padding, however often one operand is named', () => {
  const entry = (at: number) =>
    ({ operand: at, name: '', dtype: 'i8', perImage: true, imageBytes: 0, shape: [], scale: 1, zeroPoint: 0 }) as const;
  const operands = [operand([4, 3, 2], { rowBytes: 1000 }), operand([1, 1, 5])];
  const model = { operands, stages: [], schedule: [], inputs: [entry(0), entry(0)], outputs: [entry(1)] };
  expect(operationsOf(model)).toBe(2 * 4 * 1001 + 6);
});

it('is exact below 2^53 and stays at 2^53 − 1 from there on', () => {
  // 2^16 rows of 2^16 pixels of 2^16 channels by a window of 2^4 + 1: 2^53 with the store of each output, and a few.
  const over = modelOf('maxPool', { x: [1, 1, 1], y: [65536, 65536, 65536], words: { windowH: 1, windowW: 31 } });
  expect(operationsOf(over)).toBe(mostOperations);
  const y: Shape = [65536, 65536, 65535];
  const under = modelOf('maxPool', { x: [1, 1, 1], y, words: { windowH: 1, windowW: 31 } });
  const exact = 1n + 64n + 2n * 65536n + 65536n * 65536n * 65535n * 32n;
  expect(BigInt(operationsOf(under))).toBe(exact);
  expect(exact).toBeLessThan(BigInt(mostOperations));
});

it('is some number for operands that no engine takes', () => {
  const word = fc.constantFrom(-1, 0, 1, 7, 2 ** 31 - 1, -(2 ** 31));
  const words = fc.record({ tapsH: word, stepH: word, stepW: word, depth: word, groups: word, y: word, windowW: word });
  fc.assert(
    fc.property(fc.constantFrom(...opcodes), words, (opcode, given) => {
      const count = operationsOf(modelOf(opcode, { x: [1, 1, 1], y: [2, 2, 2], words: given }));
      expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
    }),
  );
});
