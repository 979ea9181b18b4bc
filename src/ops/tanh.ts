import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import { tanh32 } from '../arithmetic/real-functions.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { tanh as kernel } from '../kernels/functions/smooth.ts';
import { each, elementwise, signedFractionOperands } from './elementwise.ts';

/**
 * y = tanh x. On int8 as TFLite fills its table: x and tanh x in float32, 128 times that to nearest, halves away from
 * zero.
 */
export const tanh = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Tanh',
  summary: 'Hyperbolic tangent',
  operands: signedFractionOperands,

  reference(view, inputs, outputs) {
    const { scale, zeroPoint } = perTensor(inputOf(view, 0));
    each(inputs[0] as Numbers, outputs[0] as Numbers, (q) =>
      clamp(roundHalfAway(128 * tanh32(Math.fround(scale * (q - zeroPoint)))), -128, 127),
    );
  },

  float: (_, [x], [y]) => each(x as Float32Array, y, tanh32),

  kernels: [kernel],
});
