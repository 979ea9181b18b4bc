import { activationRange } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { quantizeRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { QuantizeAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { quantize as kernel } from '../kernels/functions/requantized.ts';
import { elementwise } from './elementwise.ts';

/** The same real values in another scale, zero point or type (int8, uint8). */
export const quantize = defineOp<QuantizeAttributes>({
  ...elementwise,
  type: 'Quantize',
  summary: 'Requantisation between int8 and uint8 of any scales',
  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8'], per: 'tensor' }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = quantizeRequantize(view);
    const { min, max } = activationRange('none', outputOf(view));
    x.forEach((q, i) => {
      y[i] = clamp(requantize(q - xZero, multiplier, shift) + yZero, min, max);
    });
  },

  kernels: [kernel],
});
