import { describe, expect, it } from 'vitest';
import type { MaxPool2dAttributes } from '../../src/graph/attributes.ts';
import { maxPool2d } from '../../src/ops/max-pool2d.ts';
import { tensor, window } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference } from './run-reference.ts';

const attributes = (size: readonly [number, number], given: Partial<MaxPool2dAttributes> = {}) =>
  ({ ...window(), activation: 'none', window: size, ...given }) as const;

describe('maxPool2d', () => {
  it('takes the greatest of each window, by channel', () => {
    const x = map([2, 2, 2], [1, -1, 5, -9, 3, -2, 4, -8]);
    expect(runReference(maxPool2d, attributes([2, 2]), [x])).toEqual([5, -1]);
    expect(runReference(maxPool2d, attributes([1, 2], { stride: [1, 2] }), [x])).toEqual([5, -1, 4, -2]);
  });

  it('never takes padding, whatever the zero point', () => {
    const x = map([2, 2, 1], [-50, -60, -70, -80], { zeroPoint: 100 });
    const y = runReference(maxPool2d, attributes([2, 2], window(1, 1, 1)), [x], { zeroPoint: 100 });
    expect(y).toEqual([-50, -50, -60, -50, -50, -60, -70, -70, -80]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const one = attributes([1, 1], { activation: 'relu6' });
    const y = runReference(maxPool2d, one, [everyByte(quantization)], quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('needs the rows of its window and no padding', () => {
    const view = opView(maxPool2d, attributes([2, 3], window(2, 1, 1)), [tensor('x', [1, 5, 5, 1])]);
    expect(maxPool2d.rows(view, 0)).toEqual({ kind: 'window', window: 2, stride: 2, dilation: 1, top: 1 });
    expect(maxPool2d.padding).toBeUndefined();
    expect(maxPool2d.withPadding).toBeUndefined();
  });

  it('takes the greatest real value, clamped; padding never wins over negative ones', () => {
    const x = [
      [2, 2, 1],
      [-1, -2.5, -3, -4],
    ] as const;
    expect(runFloat(maxPool2d, attributes([2, 2], window(2, 1, 1)), x)).toEqual([-1, -2.5, -3, -4]);
    expect(runFloat(maxPool2d, attributes([2, 2], { activation: 'reluN1To1' }), x)).toEqual([-1]);
  });
});
