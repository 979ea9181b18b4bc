import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { RealAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { quantizeReal as kernel } from '../kernels/quantize-real.ts';
import { each, elementwise } from './elementwise.ts';

/**
 * q = clamp(roundHalfAway(x / scale) + zero point), the division in float32: how a model takes real inputs.
 *
 * Where x / scale leaves int32, TFLite converts it as C leaves undefined: tflite-runtime 2.14.0 on x86-64 gives the least
 * value even to +∞. Here what is too large clamps as anything else, and NaN is taken for real 0, as WebAssembly's
 * saturating conversion and Arm's have it.
 */
export const quantizeReal = defineOp<RealAttributes>({
  ...elementwise,
  type: 'QuantizeReal',
  summary: 'Quantisation of real values (float32) to int8 or uint8',
  mayOverwrite: [], // values of 1 and 4 bytes

  operands: {
    inputs: [{ name: 'x', dtypes: ['f32'] }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8'], per: 'tensor' }],
  },

  reference(view, [x], [y]) {
    const { scale, zeroPoint } = perTensor(outputOf(view));
    const [min, max] = y instanceof Uint8Array ? [0, 255] : [-128, 127];
    each(x as Numbers, y as Numbers, (real) => {
      const steps = roundHalfAway(Math.fround(real / scale));
      return Number.isNaN(steps) ? zeroPoint : clamp(steps + zeroPoint, min, max);
    });
  },

  kernels: [kernel],
});
