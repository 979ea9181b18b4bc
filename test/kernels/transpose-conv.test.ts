import { expect, it } from 'vitest';
import type { TransposeConv2dAttributes } from '../../src/graph/attributes.ts';
import { scratchBytesOf } from '../../src/graph/op.ts';
import { transposeConv } from '../../src/kernels/transpose-conv.ts';
import { biasOf, dataSection, linear, tensor, viewOf, weightsOf } from './views.ts';

const attributes = (more: Partial<TransposeConv2dAttributes> = {}): TransposeConv2dAttributes => ({
  ...linear,
  stride: [2, 2],
  crop: [0, 0],
  size: [4, 4],
  ...more,
});

const x = tensor('x', [1, 2, 2, 1], { zeroPoint: 2 });
const y = tensor('y', [1, 4, 4, 1]);
const nine = weightsOf([1, 3, 3, 1], [1, 2, 3, 4, 5, 6, 7, 8, 9]);

/** The first output's first input channel of every tap. */
const taps = (packed: readonly number[]): number[] => packed.filter((_, i) => i % 16 === 0);
/** The first output of every block of biases. */
const blocks = (bias: readonly number[]): number[] => bias.filter((_, i) => i % 8 === 0);

it('packs the taps of each phase together: a corner, an edge, an edge, the middle', () => {
  const data = dataSection();
  const words = transposeConv.pack(viewOf(attributes(), [x, nine, biasOf(100)], y), data);
  expect(taps(data.at(words.weights))).toEqual([...[1, 3, 7, 9], ...[2, 8], ...[4, 6], 5]);
  expect(words).toMatchObject({ tapsH: 3, tapsW: 3, stepH: 2, stepW: 2, cropTop: 0, cropLeft: 0 });
  // Without taps, then minus 2 · Σ weights of each phase.
  expect(blocks(data.at(words.bias))).toEqual([100, 100 - 40, 100 - 20, 100 - 20, 100 - 10]);
});

it('takes the zero point of weights off their sums, and leaves them unchanged', () => {
  const data = dataSection();
  const weights = tensor('w', [1, 1, 2, 1], { zeroPoint: 5, data: Int8Array.of(6, 8) });
  const words = transposeConv.pack(viewOf(attributes({ stride: [1, 2] }), [x, weights], y), data);
  expect(taps(data.at(words.weights))).toEqual([6, 8]);
  expect(words.weightsZero).toBe(5);
  expect(blocks(data.at(words.bias))).toEqual([0, -2 * (6 - 5), -2 * (8 - 5)]);
});

it('has no phase without taps where the stride is larger than the window', () => {
  const data = dataSection();
  const two = weightsOf([1, 2, 1, 1], [3, 4]);
  const words = transposeConv.pack(viewOf(attributes({ stride: [5, 100000] }), [x, two], y), data);
  expect(taps(data.at(words.weights))).toEqual([3, 4]);
  expect(blocks(data.at(words.bias))).toEqual([0, -6, -8]);
});

it('lays inputs out as pairs, eight outputs side by side, like gemm', () => {
  const data = dataSection();
  const pixel = tensor('x', [1, 1, 1, 3]);
  const words = transposeConv.pack(
    viewOf(attributes({ stride: [1, 1] }), [pixel, weightsOf([2, 1, 1, 3], [1, 2, 3, 4, 5, 6])], y),
    data,
  );
  const none = new Array<number>(12).fill(0);
  expect(data.at(words.weights)).toEqual([1, 2, 4, 5, ...none, 3, 0, 6, 0, ...none]);
});

it('needs room for one pixel, an even number of bytes', () => {
  const bytes = (c: number) =>
    scratchBytesOf(transposeConv, viewOf(attributes(), [tensor('x', [1, 2, 2, c]), nine], y), 1);
  expect([1, 15, 16, 31, 32].map(bytes)).toEqual([16, 16, 32, 32, 48]);
});

it('refuses what gemm refuses: types, computed weights, biases of another length', () => {
  const reason = (...inputs: Parameters<typeof viewOf>[1]) => transposeConv.refuses(viewOf(attributes(), inputs, y));
  expect(reason(x, nine)).toBeUndefined();
  expect(reason(tensor('x', [1, 2, 2, 1], { dtype: 'u8' }), nine)).toBe('x "x" is u8 (i8)');
  expect(reason(x, tensor('w', [1, 3, 3, 1]))).toBe('weights "w" must be constant; they are computed');
  expect(reason(x, nine, biasOf(1, 2))).toBe('bias "bias" has 2 values; expected 1');
});
