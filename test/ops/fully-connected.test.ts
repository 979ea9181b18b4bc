import { describe, expect, it } from 'vitest';
import { oneToOne } from '../../src/graph/rules.ts';
import { fullyConnected } from '../../src/ops/fully-connected.ts';
import { biasOf, linear, tensor, weightsOf } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference } from './run-reference.ts';

describe('fullyConnected', () => {
  it('rounds twice', () => {
    // A double keeps all 29 bits of the multiplier, which no float32 scale would.
    const exact = { scale: [1583594044 * 2 ** -40], zeroPoint: [0], axis: 0 };
    const x = { ...map([1, 1, 1], [0]), quantization: exact };
    expect(runReference(fullyConnected, linear, [x, weightsOf([1, 1], [1]), biasOf(7984)])).toEqual([12]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const inputs = [everyByte(quantization), weightsOf([1, 1], [1])];
    const y = runReference(fullyConnected, { ...linear, activation: 'relu6' }, inputs, quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('multiplies every pixel whose channels are the inputs of the weights', () => {
    const inputs = [map([1, 2, 2], [1, 2, 3, 4]), weightsOf([2, 2], [1, 1, 1, -1]), biasOf(0, 10)];
    expect(runReference(fullyConnected, linear, inputs)).toEqual([3, 9, 7, 9]);
  });

  it('multiplies the whole map in NHWC order', () => {
    const x = map([2, 2, 2], [1, 10, 2, 20, 3, 30, 4, 40]);
    const y = runReference(fullyConnected, linear, [x, weightsOf([1, 8], [1, 2, 3, 4, 5, 6, 7, 8])], { scale: 10 });
    expect(y).toEqual([65]); // 1·1 + 10·2 + 2·3 + … + 40·8 = 650
  });

  it('takes uint8 values with the zero point of the weights', () => {
    const x = tensor('x', [1, 1, 1, 2], { dtype: 'u8', zeroPoint: 128, data: Uint8Array.from([130, 129]) });
    const weights = tensor('weights', [1, 2], { dtype: 'u8', zeroPoint: 100, data: Uint8Array.from([110, 95]) });
    expect(runReference(fullyConnected, linear, [x, weights], { dtype: 'u8', zeroPoint: 200 })).toEqual([215]);
  });

  it('needs one row for a pixel, and for the whole map a window as high as it', () => {
    const x = tensor('x', [1, 3, 2, 4]);
    const perPixel = opView(fullyConnected, linear, [x, weightsOf([5, 4], [])]);
    const flat = opView(fullyConnected, linear, [x, weightsOf([5, 24], [])]);
    expect(fullyConnected.rows(perPixel, 0)).toEqual(oneToOne);
    expect(fullyConnected.rows(flat, 0)).toEqual({ kind: 'window', window: 3, stride: 1, dilation: 1, top: 0 });
    expect(fullyConnected.macs(perPixel)).toBe(3 * 2 * 5 * 4);
    expect(fullyConnected.macs(flat)).toBe(5 * 24);
  });

  it('names the sizes that do not fit', () => {
    const shapes = (weights: readonly number[], bias?: number) =>
      fullyConnected.outputShapes(
        [tensor('x', [1, 2, 2, 3]), weightsOf(weights, []), bias ? tensor('bias', [bias]) : undefined],
        linear,
      );
    expect(shapes([5, 3])).toEqual([[1, 2, 2, 5]]);
    expect(shapes([5, 12])).toEqual([[1, 1, 1, 5]]);
    expect(() => shapes([5, 4])).toThrow('weights 5×4 fit neither 3 channels nor the 12 values of 2×2×3');
    expect(() => shapes([5, 3], 4)).toThrow('a bias of 4 for 5 outputs');
  });

  it('multiplies float values by pixel or in NHWC order, clamped, the bias first', () => {
    const weights = [
      [2, 2],
      [1, 1, 1, -1],
    ] as const;
    const pixels = runFloat(
      fullyConnected,
      linear,
      [
        [1, 2, 2],
        [1, 2, 3, 4.5],
      ],
      weights,
      [[2], [0, 10]],
    );
    expect(pixels).toEqual([3, 9, 7.5, 8.5]);
    const x = [
      [2, 2, 2],
      [1, 10, 2, 20, 3, 30, 4, 40],
    ] as const;
    const order = [
      [1, 8],
      [1, 2, 3, 4, 5, 6, 7, 8],
    ] as const;
    expect(runFloat(fullyConnected, linear, x, order)).toEqual([650]);
    expect(runFloat(fullyConnected, { ...linear, activation: 'relu6' }, x, order)).toEqual([6]);
    expect(
      runFloat(
        fullyConnected,
        linear,
        [
          [1, 1, 2],
          [1, 1],
        ],
        [
          [1, 2],
          [1, 1],
        ],
        [[1], [2 ** 24]],
      ),
    ).toEqual([2 ** 24]);
  });
});
