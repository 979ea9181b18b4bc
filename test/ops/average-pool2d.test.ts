import { describe, expect, it } from 'vitest';
import type { AveragePool2dAttributes } from '../../src/graph/attributes.ts';
import { averagePool2d } from '../../src/ops/average-pool2d.ts';
import { tensor, window } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference } from './run-reference.ts';

const attributes = (size: readonly [number, number], given: Partial<AveragePool2dAttributes> = {}) =>
  ({ ...window(), activation: 'none', window: size, ...given }) as const;

describe('averagePool2d', () => {
  it('rounds halves of the raw values away from zero', () => {
    const x = map([1, 4, 2], [1, -1, 2, -2, 5, -5, 6, -6], { zeroPoint: 7 });
    const pairs = attributes([1, 2], { stride: [1, 2] });
    expect(runReference(averagePool2d, pairs, [x], { zeroPoint: 7 })).toEqual([2, -2, 6, -6]);
  });

  it('leaves padding out of the divisor', () => {
    const x = map([2, 2, 1], [10, 20, 30, 40]);
    expect(runReference(averagePool2d, attributes([2, 2], window(1, 1, 1)), [x])).toEqual([
      ...[10, 15, 20],
      ...[20, 25, 30],
      ...[30, 35, 40],
    ]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const one = attributes([1, 1], { activation: 'relu6' });
    const y = runReference(averagePool2d, one, [everyByte(quantization)], quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('needs the rows of its window and no padding', () => {
    const view = opView(averagePool2d, attributes([2, 3], window(2, 1, 1)), [tensor('x', [1, 5, 5, 1])]);
    expect(averagePool2d.rows(view, 0)).toEqual({ kind: 'window', window: 2, stride: 2, dilation: 1, top: 1 });
    expect(averagePool2d.padding).toBeUndefined();
    expect(averagePool2d.withPadding).toBeUndefined();
  });

  it('names a window that does not fit', () => {
    const shapes = () => averagePool2d.outputShapes([tensor('x', [1, 4, 4, 3])], attributes([5, 2]));
    expect(shapes).toThrow('a window of 5×2 does not fit in the padded map of 4×4');
  });

  it('averages the real cells inside the map, summed in float32 and divided once', () => {
    const padded = runFloat(averagePool2d, attributes([2, 2], window(1, 1, 1)), [
      [2, 2, 1],
      [10, 20, 30, 40],
    ]);
    expect(padded).toEqual([10, 15, 20, 20, 25, 30, 30, 35, 40]);
    expect(
      runFloat(averagePool2d, attributes([1, 3]), [
        [1, 3, 1],
        [2 ** 24, 1, 1],
      ]),
    ).toEqual([Math.fround(2 ** 24 / 3)]);
    const clamped = attributes([1, 1], { activation: 'relu6' });
    expect(
      runFloat(averagePool2d, clamped, [
        [1, 3, 1],
        [-1, 2.5, 9],
      ]),
    ).toEqual([0, 2.5, 6]);
  });
});
