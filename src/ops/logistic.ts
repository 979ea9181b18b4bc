import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import { exp, logistic as realLogistic } from '../arithmetic/real-functions.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { logistic as kernel } from '../kernels/functions/smooth.ts';
import { each, elementwise, fractionOperands } from './elementwise.ts';

/**
 * y = 1 / (1 + e^−x). On int8 as TFLite fills its table: x, e^−x, the sum, the quotient and its product with 256 are
 * each rounded to float32, and the last to nearest, halves away from zero.
 */
export const logistic = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Logistic',
  summary: 'Logistic function (sigmoid)',
  operands: fractionOperands,

  reference(view, inputs, outputs) {
    const { scale, zeroPoint } = perTensor(inputOf(view, 0));
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
      const e = Math.fround(exp(-Math.fround(scale * (q - zeroPoint))));
      const y = Math.fround(1 / Math.fround(1 + e));
      return clamp(roundHalfAway(Math.fround(y * 256)) - 128, -128, 127);
    });
  },

  float: (_, [x], [y]) => each(x as Float32Array, y, realLogistic),

  kernels: [kernel],
});
