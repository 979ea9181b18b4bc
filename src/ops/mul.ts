import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { mulRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { MulAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { mul as kernel } from '../kernels/mul.ts';
import { eachPair } from './broadcast.ts';
import { pairwise } from './pairwise.ts';

/** y = a · b in real values: (a − zero point) · (b − zero point), requantised once. */
export const mul = defineOp<MulAttributes>({
  ...pairwise,
  type: 'Mul',
  summary: 'Product of two tensors, one of which may be broadcast over rows, columns or channels',
  reference(view, inputs, outputs) {
    const [aZero, bZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(inputOf(view, 1)).zeroPoint];
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = mulRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    eachPair(view, inputs as [Numbers, Numbers], outputs[0] as Numbers, (a, b) =>
      clamp(requantize((a - aZero) * (b - bZero), multiplier, shift) + yZero, min, max),
    );
  },

  float: (view, inputs, [y]) =>
    eachPair(view, inputs as [Float32Array, Float32Array], y, (a, b) =>
      clampReal(view.attributes.activation, Math.fround(a * b)),
    ),

  kernels: [kernel],
});
