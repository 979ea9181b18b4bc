import { describe, expect, it } from 'vitest';
import type { DepthwiseConv2dAttributes } from '../../src/graph/attributes.ts';
import { depthwiseConv2d } from '../../src/ops/depthwise-conv2d.ts';
import { biasOf, linear, tensor, weightsOf, window } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference, upTo } from './run-reference.ts';

const attributes = (given: Partial<DepthwiseConv2dAttributes> = {}): DepthwiseConv2dAttributes => ({
  ...linear,
  ...window(),
  ...given,
});
const ones = weightsOf([3, 3, 1], new Array(9).fill(1));

describe('depthwiseConv2d', () => {
  it('keeps the two stride-2 paddings of one shape apart', () => {
    const x = map([4, 4, 1], upTo(16));
    const strided = (top: number, left: number) => {
      const padding = { top, left, bottom: 1, right: 1 };
      return runReference(depthwiseConv2d, attributes({ ...window(2), padding }), [x, ones]);
    };
    expect(strided(0, 0)).toEqual([54, 45, 72, 54]);
    expect(strided(1, 1)).toEqual([14, 30, 57, 99]);
  });

  it('pads with the zero point', () => {
    const x = map(
      [4, 4, 1],
      upTo(16).map((n) => n - 128),
      { zeroPoint: -128 },
    );
    const y = runReference(depthwiseConv2d, attributes(window(1, 1, 1)), [x, ones]);
    expect(y.slice(0, 4)).toEqual([14, 24, 30, 22]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const inputs = [everyByte(quantization), weightsOf([1, 1, 1], [1])];
    const y = runReference(depthwiseConv2d, attributes({ activation: 'relu6' }), inputs, quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('gives each channel of x the next filters, as many as its depth multiplier', () => {
    const inputs = [map([1, 1, 2], [5, 7]), weightsOf([1, 1, 4], [1, 2, 3, 4]), biasOf(0, 0, 0, 1)];
    expect(runReference(depthwiseConv2d, attributes(), inputs)).toEqual([5, 10, 21, 29]);
  });

  it('takes uint8 values with the zero point of the weights', () => {
    const x = tensor('x', [1, 1, 1, 2], { dtype: 'u8', zeroPoint: 128, data: Uint8Array.from([130, 129]) });
    const weights = tensor('weights', [1, 1, 2], { dtype: 'u8', zeroPoint: 100, data: Uint8Array.from([110, 95]) });
    const y = runReference(depthwiseConv2d, attributes(), [x, weights], { dtype: 'u8', zeroPoint: 200 });
    expect(y).toEqual([220, 195]);
  });

  it('counts a multiply-accumulate for each tap and output', () => {
    const view = opView(depthwiseConv2d, attributes(), [tensor('x', [1, 5, 5, 2]), weightsOf([3, 3, 4], [])]);
    expect(depthwiseConv2d.macs(view)).toBe(3 * 3 * 4 * 3 * 3);
  });

  it('takes a border of zero points as padding of its own', () => {
    const border = { top: 1, left: 0, bottom: 0, right: 1 };
    expect(depthwiseConv2d.withPadding?.(attributes(), border).padding).toEqual(border);
  });

  it('names the sizes that do not fit', () => {
    const shapes = (c: number, weights: readonly number[], bias?: number) =>
      depthwiseConv2d.outputShapes(
        [tensor('x', [1, 4, 4, c]), weightsOf(weights, []), bias ? tensor('bias', [bias]) : undefined],
        attributes(),
      );
    expect(shapes(3, [3, 3, 6])).toEqual([[1, 2, 2, 6]]);
    expect(() => shapes(4, [3, 3, 6])).toThrow("weights of 6 channels are not a multiple of the input's 4");
    expect(() => shapes(3, [5, 3, 6])).toThrow('a window of 5×3 does not fit in the padded map of 4×4');
    expect(() => shapes(3, [3, 3, 6], 3)).toThrow('a bias of 3 for 6 channels');
  });

  describe('on float values', () => {
    const given = attributes();

    it('keeps the two stride-2 paddings of one shape apart', () => {
      const strided = (top: number, left: number) =>
        runFloat(
          depthwiseConv2d,
          attributes({ ...window(2), padding: { top, left, bottom: 1, right: 1 } }),
          [[4, 4, 1], upTo(16)],
          [[3, 3, 1], new Array(9).fill(1)],
        );
      expect(strided(0, 0)).toEqual([54, 45, 72, 54]);
      expect(strided(1, 1)).toEqual([14, 30, 57, 99]);
    });

    it('gives an input channel to as many outputs as the depth multiplier', () => {
      const weights = [
        [1, 1, 4],
        [1, 2, 3, 4],
      ] as const;
      const y = runFloat(
        depthwiseConv2d,
        given,
        [
          [1, 1, 2],
          [10, 100],
        ],
        weights,
        [[4], [0.5, 0, 0, -400]],
      );
      expect(y).toEqual([10.5, 20, 300, 0]);
    });

    it('rounds every product and every sum to float32, the bias first', () => {
      const taps = [
        [1, 2, 1],
        [1, 1],
      ] as const;
      expect(
        runFloat(
          depthwiseConv2d,
          given,
          [
            [1, 2, 1],
            [1, 1],
          ],
          taps,
          [[1], [2 ** 24]],
        ),
      ).toEqual([2 ** 24]);
    });
  });
});
