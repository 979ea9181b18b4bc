import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { leakyReluRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { LeakyReluAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { leakyRelu as kernel } from '../kernels/functions/requantized.ts';
import { each, elementwise } from './elementwise.ts';

/** y = x above 0, alpha · x below: each side has a multiplier of its own into y's scale. */
export const leakyRelu = defineOp<LeakyReluAttributes>({
  ...elementwise,
  type: 'LeakyRelu',
  summary: 'Leaky ReLU: x above 0, alpha · x below',

  reference(view, inputs, outputs) {
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { above, below } = leakyReluRequantize(view);
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
      const value = q - xZero;
      const scaled =
        value >= 0
          ? requantize(value, above.multiplier, above.shift)
          : requantize(value, below.multiplier, below.shift);
      return clamp(scaled + yZero, -128, 127);
    });
  },

  float: ({ attributes }, [x], [y]) =>
    each(x as Float32Array, y, (value) => (value > 0 ? value : value * attributes.alpha)),

  kernels: [kernel],
});
