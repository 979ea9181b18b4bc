import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import { logistic } from '../arithmetic/real-functions.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { swish as kernel } from '../kernels/functions/smooth.ts';
import { each, elementwise } from './elementwise.ts';

/** y = x / (1 + e^−x). On int8 in doubles, the result to nearest, halves away from zero. */
export const swish = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Swish',
  summary: 'Swish (SiLU): x · logistic(x)',

  reference(view, inputs, outputs) {
    const x = perTensor(inputOf(view, 0));
    const y = perTensor(outputOf(view));
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
      const real = x.scale * (q - x.zeroPoint);
      return clamp(roundHalfAway((real * logistic(real)) / y.scale) + y.zeroPoint, -128, 127);
    });
  },

  float: (_, [x], [y]) => each(x as Float32Array, y, (value) => value * logistic(value)),

  kernels: [kernel],
});
