import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { inverseSqrt } from '../arithmetic/inverse-sqrt.ts';
import { rsqrtRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { rsqrt as kernel } from '../kernels/functions/requantized.ts';
import { each, elementwise } from './elementwise.ts';

/**
 * y = 1 / √x. On int8 in TFLite's fixed point: 1 / √(q − zero point) with 20 bits behind the point, brought to y's scale. Of 0 it
 * is the greatest value, and of what is below, which TFLite refuses while it runs.
 */
export const rsqrt = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Rsqrt',
  summary: 'Reciprocal of the square root: 1 / √x',

  reference(view, inputs, outputs) {
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = rsqrtRequantize(view);
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
      if (q <= xZero) return 127;
      const root = inverseSqrt(q - xZero);
      const fine = requantizeOne(1, root.multiplier, root.shift + 20);
      return clamp(requantize(fine, multiplier, shift - 20) + yZero, -128, 127);
    });
  },

  float: (_, [x], [y]) => each(x as Float32Array, y, (value) => 1 / Math.sqrt(value)),

  kernels: [kernel],
});
