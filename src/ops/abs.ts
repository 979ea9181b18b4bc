import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { reluRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { abs as kernel } from '../kernels/functions/requantized.ts';
import { each, elementwise } from './elementwise.ts';

/** y = |x|: the distance from the zero point is brought to y's scale, where that is another. */
export const abs = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Abs',
  summary: 'Absolute value',

  reference(view, inputs, outputs) {
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = reluRequantize(view);
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) =>
      clamp(requantize(Math.abs(q - xZero), multiplier, shift) + yZero, -128, 127),
    );
  },

  float: (_, [x], [y]) => each(x as Float32Array, y, Math.abs),

  kernels: [kernel],
});
