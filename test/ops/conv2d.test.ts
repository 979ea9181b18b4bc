import { describe, expect, it } from 'vitest';
import type { Conv2dAttributes } from '../../src/graph/attributes.ts';
import { conv2d } from '../../src/ops/conv2d.ts';
import { biasOf, linear, tensor, weightsOf, window } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference, upTo } from './run-reference.ts';

const attributes = (given: Partial<Conv2dAttributes> = {}): Conv2dAttributes => ({
  ...linear,
  ...window(),
  groups: 1,
  ...given,
});
const ones = weightsOf([1, 3, 3, 1], new Array(9).fill(1));

describe('conv2d', () => {
  it('keeps the two stride-2 paddings of one shape apart', () => {
    const x = map([4, 4, 1], upTo(16));
    const strided = (top: number, left: number) =>
      runReference(conv2d, attributes({ ...window(2), padding: { top, left, bottom: 1, right: 1 } }), [x, ones]);
    expect(strided(0, 0)).toEqual([54, 45, 72, 54]); // TensorFlow SAME
    expect(strided(1, 1)).toEqual([14, 30, 57, 99]); // PyTorch padding 1
  });

  it('pads with the zero point', () => {
    const x = map(
      [4, 4, 1],
      upTo(16).map((n) => n - 128),
      { zeroPoint: -128 },
    );
    const y = runReference(conv2d, attributes(window(1, 1, 1)), [x, ones]);
    expect(y.slice(0, 4)).toEqual([14, 24, 30, 22]);
  });

  it('rounds negative halves away from zero after the first rounding', () => {
    const x = map([1, 6, 1], [2, -2, 6, -6, 10, -10]);
    const y = runReference(conv2d, attributes(), [x, weightsOf([1, 1, 1, 1], [1], 0.25)]);
    expect(y).toEqual([1, -1, 2, -2, 3, -3]);
  });

  it.each([
    ['relu6', 0.05, -100, -100, 20],
    ['relu6', 6 / 255, -128, -128, 127],
    ['relu', 0.05, -100, -100, 127],
    ['reluN1To1', 0.05, -100, -120, -80],
    ['none', 0.05, -100, -128, 127],
  ] as const)('clamps %s at scale %d, zero point %i to [%i, %i]', (activation, scale, zeroPoint, min, max) => {
    const inputs = [everyByte({ scale, zeroPoint }), weightsOf([1, 1, 1, 1], [1])];
    const y = runReference(conv2d, attributes({ activation }), inputs, { scale, zeroPoint });
    expect([Math.min(...y), Math.max(...y)]).toEqual([min, max]);
  });

  it('gives each group its own channels', () => {
    const weights = weightsOf([4, 1, 1, 2], [1, 1, 1, -1, 1, 1, 1, -1]);
    const y = runReference(conv2d, attributes({ groups: 2 }), [map([1, 1, 4], [1, 2, 30, 40]), weights]);
    expect(y).toEqual([3, -1, 70, -10]);
  });

  it('spreads the taps of a dilated window', () => {
    const y = runReference(conv2d, attributes(window(1, 2)), [
      map([1, 7, 1], [1, 2, 3, 4, 5, 6, 7]),
      weightsOf([1, 1, 3, 1], [1, 10, 1]),
    ]);
    expect(y).toEqual([36, 48, 60]); // 1 + 30 + 5, 2 + 40 + 6, 3 + 50 + 7
  });

  it('has a multiplier and a bias for each output, and saturates', () => {
    const weights = weightsOf([3, 1, 1, 1], [2, 2, 100], [1, 0.5, 1]);
    expect(runReference(conv2d, attributes(), [map([1, 1, 1], [10]), weights, biasOf(3, 4, 0)])).toEqual([23, 12, 127]);
  });

  it('takes uint8 values with the zero point of the weights', () => {
    const x = tensor('x', [1, 1, 1, 2], { dtype: 'u8', zeroPoint: 128, data: Uint8Array.from([130, 129]) });
    const weights = tensor('weights', [1, 1, 1, 2], { dtype: 'u8', zeroPoint: 100, data: Uint8Array.from([110, 95]) });
    const y = runReference(conv2d, attributes(), [x, weights], { dtype: 'u8', zeroPoint: 200 });
    expect(y).toEqual([215]); // 2 · 10 + 1 · (−5) + 200
  });

  it('counts a multiply-accumulate for each weight and output place', () => {
    const view = opView(conv2d, attributes({ groups: 2 }), [tensor('x', [1, 5, 5, 4]), weightsOf([6, 3, 3, 2], [])]);
    expect(conv2d.macs(view)).toBe(3 * 3 * 6 * 3 * 3 * 2);
  });

  it('reads no more padding than its windows reach', () => {
    const need = (size: number, given: Partial<Conv2dAttributes>) =>
      conv2d.padding?.(opView(conv2d, attributes(given), [tensor('x', [1, size, size, 1]), ones]), 0);
    expect(need(4, {})).toEqual({ left: 0, right: 0, zeroRow: false });
    expect(need(4, window(1, 1, 1))).toEqual({ left: 1, right: 1, zeroRow: true });
    expect(need(4, window(2, 1, 1))).toEqual({ left: 1, right: 0, zeroRow: true });
    const after = { top: 0, left: 0, bottom: 1, right: 1 };
    expect(need(4, { ...window(2), padding: after })).toEqual({ left: 0, right: 1, zeroRow: true });
    expect(need(5, { ...window(2), padding: after })).toEqual({ left: 0, right: 0, zeroRow: false });
  });

  it('needs the rows of its window', () => {
    const given = attributes({ stride: [2, 1], dilation: [3, 1], padding: { top: 4, left: 0, bottom: 0, right: 0 } });
    const view = opView(conv2d, given, [tensor('x', [1, 9, 9, 1]), ones]);
    expect(conv2d.rows(view, 0)).toEqual({ kind: 'window', window: 3, stride: 2, dilation: 3, top: 4 });
  });

  it('takes a border of zero points as padding of its own', () => {
    const border = { top: 1, left: 2, bottom: 3, right: 4 };
    const padded = conv2d.withPadding?.(attributes(window(1, 1, 1)), border);
    expect(padded?.padding).toEqual({ top: 2, left: 3, bottom: 4, right: 5 });
  });

  it('names the sizes that do not fit', () => {
    const shapes = (c: number, weights: readonly number[], given: Partial<Conv2dAttributes> = {}, bias?: number) =>
      conv2d.outputShapes(
        [tensor('x', [1, 4, 6, c]), weightsOf(weights, []), bias ? tensor('bias', [bias]) : undefined],
        attributes(given),
      );
    expect(shapes(2, [8, 3, 3, 2])).toEqual([[1, 2, 4, 8]]);
    expect(() => shapes(3, [8, 3, 3, 2])).toThrow('3 input channels do not go with 1 groups of weights 8×3×3×2');
    expect(() => shapes(6, [8, 3, 3, 2], { groups: 3 })).toThrow('6 input channels do not go with 3 groups');
    expect(() => shapes(2, [8, 5, 3, 2])).toThrow('a window of 5×3 does not fit in the padded map of 4×6');
    expect(() => shapes(2, [8, 3, 3, 2], { dilation: [1, 3] })).toThrow('a window of 3×7');
    expect(() => shapes(2, [8, 3, 3, 2], {}, 7)).toThrow('a bias of 7 for 8 outputs');
  });

  describe('on float values', () => {
    const ones = [[1, 3, 3, 1], new Array(9).fill(1)] as const;

    it('keeps the two stride-2 paddings of one shape apart', () => {
      const strided = (top: number, left: number) =>
        runFloat(
          conv2d,
          attributes({ ...window(2), padding: { top, left, bottom: 1, right: 1 } }),
          [[4, 4, 1], upTo(16)],
          ones,
        );
      expect(strided(0, 0)).toEqual([54, 45, 72, 54]); // TensorFlow SAME
      expect(strided(1, 1)).toEqual([14, 30, 57, 99]); // PyTorch padding 1
    });

    it('rounds every product and every sum to float32, the bias first', () => {
      // 2^24 + 1 is 2^24 in float32, twice; 1 + 1 + 2^24 would be 2^24 + 2.
      const taps = [
        [1, 1, 1, 2],
        [1, 1],
      ] as const;
      expect(
        runFloat(
          conv2d,
          attributes(),
          [
            [1, 1, 2],
            [1, 1],
          ],
          taps,
          [[1], [2 ** 24]],
        ),
      ).toEqual([2 ** 24]);
      expect(
        runFloat(
          conv2d,
          attributes(),
          [
            [1, 1, 2],
            [1, 1],
          ],
          [
            [1, 1, 1, 2],
            [1, 2 ** 24],
          ],
        ),
      ).toEqual([2 ** 24]);
      const third = Math.fround(1 / 3);
      const product = Math.fround(third * third);
      expect(runFloat(conv2d, attributes(), [[1, 1, 1], [third]], [[1, 1, 1, 1], [third]])).toEqual([product]);
    });

    it('takes a tap outside the image as a product with +0', () => {
      const minusZero = [[1, 1, 1], [-0]] as const;
      const bias = [[1], [-0]] as const;
      expect(runFloat(conv2d, attributes(), minusZero, [[1, 1, 1, 1], [1]], bias)).toEqual([-0]);
      expect(runFloat(conv2d, attributes(window(1, 1, 1)), minusZero, ones, bias)).toEqual([0]);
    });

    it('gives each group its own channels, spreads dilated taps and clamps', () => {
      const weights = [
        [4, 1, 1, 2],
        [1, 1, 1, -1, 1, 1, 1, -1],
      ] as const;
      expect(
        runFloat(
          conv2d,
          attributes({ groups: 2 }),
          [
            [1, 1, 4],
            [1, 2, 30, 40],
          ],
          weights,
        ),
      ).toEqual([3, -1, 70, -10]);
      const spread = runFloat(
        conv2d,
        attributes(window(1, 2)),
        [[1, 7, 1], upTo(7)],
        [
          [1, 1, 3, 1],
          [1, 10, 1],
        ],
      );
      expect(spread).toEqual([36, 48, 60]);
      const clamped = (activation: Conv2dAttributes['activation']) =>
        runFloat(
          conv2d,
          attributes({ activation }),
          [
            [1, 4, 1],
            [-2, 0.5, 6, 7],
          ],
          [[1, 1, 1, 1], [1]],
        );
      expect(clamped('none')).toEqual([-2, 0.5, 6, 7]);
      expect(clamped('relu')).toEqual([0, 0.5, 6, 7]);
      expect(clamped('relu6')).toEqual([0, 0.5, 6, 6]);
      expect(clamped('reluN1To1')).toEqual([-1, 0.5, 1, 1]);
    });
  });
});
