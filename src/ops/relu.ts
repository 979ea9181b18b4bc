import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { reluRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { ReluAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { relu as kernel } from '../kernels/functions/requantized.ts';
import { withActivation } from './activations.ts';
import { each, elementwise } from './elementwise.ts';

/** A clamp that stands alone: x is brought to y's scale, then clamped. */
export const relu = defineOp<ReluAttributes>({
  ...elementwise,
  type: 'Relu',
  summary: 'Clamp: ReLU, ReLU6, ReLU from −1 to 1',
  clamp: ({ activation }) => activation,
  withActivation,

  reference(view, inputs, outputs) {
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = reluRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) =>
      clamp(requantize(q - xZero, multiplier, shift) + yZero, min, max),
    );
  },

  float: ({ attributes }, [x], [y]) => each(x as Float32Array, y, (value) => clampReal(attributes.activation, value)),

  kernels: [kernel],
});
