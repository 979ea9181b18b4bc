import { describe, expect, it } from 'vitest';
import { scratchBytesOf } from '../../src/graph/op.ts';
import { depthwise, packTaps } from '../../src/kernels/depthwise.ts';
import { biasOf, dataSection, linear, tensor, viewOf, weightsOf, window } from './views.ts';

describe('packed taps', () => {
  it('lie eight channels side by side, tap after tap', () => {
    expect([...packTaps(Int8Array.of(1, 2, 3, 4, 5, 6), 3, 2)]).toEqual([
      ...[1, 2, 0, 0, 0, 0, 0, 0],
      ...[3, 4, 0, 0, 0, 0, 0, 0],
      ...[5, 6, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it('begin a new block with the ninth channel', () => {
    const weights = Int8Array.from({ length: 18 }, (_, i) => i + 1); // two taps of nine channels
    const none = new Array<number>(7).fill(0);
    expect([...packTaps(weights, 2, 9)]).toEqual([
      ...[1, 2, 3, 4, 5, 6, 7, 8],
      ...[10, 11, 12, 13, 14, 15, 16, 17],
      ...[9, ...none],
      ...[18, ...none],
    ]);
  });
});

const view = (weights: readonly number[] = [1, 2, 3, 4], y: Parameters<typeof tensor>[2] = {}) =>
  viewOf(
    { ...linear, ...window(2, 1, 1) },
    [tensor('x', [1, 4, 4, 1], { zeroPoint: 5 }), weightsOf([2, 1, 2], weights, [0.25, 0.5]), biasOf(100, 200)],
    tensor('y', [1, 2, 2, 2], y),
  );

it('writes geometry, depth multiplier, bias and parameters of its channels', () => {
  const data = dataSection();
  const words = depthwise.pack(view(), data);
  expect(words).toMatchObject({
    windowW: 1,
    strideW: 2,
    dilationW: 1,
    padLeft: 1,
    multiplier: 2,
    weightsZero: 0,
    form: 1,
  });
  expect(words).toMatchObject({ yMin: -128, yMax: 127 });
  expect(data.at(words.weights)).toEqual([1, 2, 0, 0, 0, 0, 0, 0, 3, 4, 0, 0, 0, 0, 0, 0]);
  expect(data.at(words.bias)).toEqual([100 - 5 * (1 + 3), 200 - 5 * (2 + 4), 0, 0, 0, 0, 0, 0]);
  expect(data.at(words.requantize).slice(0, 8)).toEqual([0.25, 0.5, 0, 0, 0, 0, 0, 0]);
});

it('leaves the zero point of its weights to the engine, but for the folded bias', () => {
  const weights = tensor('w', [2, 1, 2], { zeroPoint: 7, data: Int8Array.of(1, 2, 3, 4) });
  const x = tensor('x', [1, 4, 4, 1], { zeroPoint: 5 });
  const y = tensor('y', [1, 2, 2, 2]);
  const data = dataSection();
  const words = depthwise.pack(viewOf({ ...linear, ...window(2, 1, 1) }, [x, weights, biasOf(100, 200)], y), data);
  expect(words.weightsZero).toBe(7);
  expect(data.at(words.weights).slice(0, 2)).toEqual([1, 2]);
  expect(data.at(words.bias).slice(0, 2)).toEqual([100 - 5 * (1 + 3 - 14), 200 - 5 * (2 + 4 - 14)]);
});

it('needs one block of int16 taps and 64 bytes', () => {
  expect(scratchBytesOf(depthwise, view(), 1)).toBe(2 * 16 + 64);
});

it('refuses operands that are not int8 and accepts the rest', () => {
  expect(depthwise.refuses(view())).toBeUndefined();
  expect(depthwise.refuses(view([], { dtype: 'u8' }))).toBe('y "y" is u8 (i8)');
  expect(depthwise.refuses(view([], { scale: 2 ** -40 }))).toMatch('scale ratio of channel 0');
});
