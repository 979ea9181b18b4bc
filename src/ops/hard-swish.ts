import { clampReal } from '../arithmetic/activation-range.ts';
import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import { hardSwishRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { hardSwish as kernel } from '../kernels/functions/hard-swish.ts';
import { each, elementwise } from './elementwise.ts';

/**
 * y = x · relu6(x + 3) / 6. On int8 in TFLite's 16-bit fixed point: 128 · (q − zero point) times one multiplier is x at
 * y's resolution before its shift, times the other x / 3, which becomes a factor from 0 to 1.
 */
export const hardSwish = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'HardSwish',
  summary: 'Hard swish: x · ReLU6(x + 3) / 6, in fixed point',

  reference(view, inputs, outputs) {
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { y: toY, third: toThird } = hardSwishRequantize(view);
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
      const high = 128 * (q - xZero);
      const x = rounded(high * toY.multiplier);
      // All left shifts but one come before the product; each saturates.
      const left = Math.max(toThird.shift, 0);
      const shifted = saturate(high * 2 ** Math.max(left - 1, 0));
      const third = saturate(rounded(shifted * toThird.multiplier) * (left > 0 ? 2 : 1));
      const factor = Math.floor((roundHalfAway(third * 2 ** Math.min(toThird.shift, 0)) + 2 ** 15) / 2);
      const product = Math.trunc((factor * x) / 2 ** 15);
      return clamp(saturate(roundHalfAway(product * 2 ** toY.shift)) + yZero, -128, 127);
    });
  },

  float: (_, [x], [y]) =>
    each(x as Float32Array, y, (value) => Math.fround(value * clampReal('relu6', Math.fround(value + 3))) / 6),

  kernels: [kernel],
});

const saturate = (x: number): number => clamp(x, -(2 ** 15), 2 ** 15 - 1);

/** A product of two Q15 numbers, halves up. */
const rounded = (product: number): number => saturate(Math.floor(product / 2 ** 15 + 0.5));
