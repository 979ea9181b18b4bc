import { clampReal } from '../arithmetic/activation-range.ts';
import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { hardSigmoid as kernel } from '../kernels/functions/smooth.ts';
import { each, elementwise, fractionOperands } from './elementwise.ts';

/** y = relu6(x + 3) / 6. On int8 in doubles, the result to nearest, halves away from zero. */
export const hardSigmoid = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'HardSigmoid',
  summary: 'Hard sigmoid: ReLU6(x + 3) / 6',
  operands: fractionOperands,

  reference(view, inputs, outputs) {
    const x = perTensor(inputOf(view, 0));
    const y = perTensor(outputOf(view));
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
      const value = clamp(x.scale * (q - x.zeroPoint) + 3, 0, 6) / 6;
      return clamp(roundHalfAway(value / y.scale) + y.zeroPoint, -128, 127);
    });
  },

  float: (_, [x], [y]) => each(x as Float32Array, y, (value) => clampReal('relu6', Math.fround(value + 3)) / 6),

  kernels: [kernel],
});
