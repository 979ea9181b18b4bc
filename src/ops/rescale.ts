import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { rescale as kernel } from '../kernels/functions/rescale.ts';
import { each, elementwise } from './elementwise.ts';

/** int8 stands for the uint8 that is 128 greater. */
const offset = 128;

/**
 * Another scale and zero point, by TFLite's rule for legacy uint8 concatenations: x · s + b in float32, where
 * s = x scale · (1 / y scale) and b = −x zero point · s, to nearest, halves away from zero.
 */
export const rescale = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Rescale',
  summary: 'Another scale, in float32 as legacy uint8 concatenations have it',

  reference(view, [x], [y]) {
    const [from, to] = [perTensor(inputOf(view, 0)), perTensor(outputOf(view))];
    const f32 = Math.fround;
    const inverse = f32(1 / to.scale);
    const scale = f32(from.scale * inverse);
    const bias = f32(-(from.zeroPoint + offset) * scale);
    const zeroPoint = to.zeroPoint + offset;
    each(x as Numbers, y as Numbers, (q) => {
      const product = f32((q + offset) * scale);
      return clamp(roundHalfAway(f32(product + bias)) + zeroPoint, 0, 255) - offset;
    });
  },

  kernels: [kernel],
});
