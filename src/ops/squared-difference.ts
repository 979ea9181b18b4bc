import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { squaredDifferenceRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { AddAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { squaredDifference as kernel } from '../kernels/combine.ts';
import { eachPair } from './broadcast.ts';
import { pairwise } from './pairwise.ts';

/** y = (a − b)²: both terms with 7 bits more at twice the larger scale, their difference squared in int32, requantised once. */
export const squaredDifference = defineOp<AddAttributes>({
  ...pairwise,
  type: 'SquaredDifference',
  summary: 'Square of the difference of two tensors, one of which may be broadcast over rows, columns or channels',

  reference(view, inputs, outputs) {
    const [aZero, bZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(inputOf(view, 1)).zeroPoint];
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { x, x2, y: toY } = squaredDifferenceRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    eachPair(view, inputs as [Numbers, Numbers], outputs[0] as Numbers, (a, b) => {
      const first = requantize((a - aZero) * 128, x.multiplier, x.shift);
      const difference = first - requantize((b - bZero) * 128, x2.multiplier, x2.shift);
      return clamp(requantize(difference * difference, toY.multiplier, toY.shift) + yZero, min, max);
    });
  },

  float: (view, inputs, [y]) =>
    eachPair(view, inputs as [Float32Array, Float32Array], y, (a, b) => {
      const difference = Math.fround(a - b);
      return clampReal(view.attributes.activation, Math.fround(difference * difference));
    }),

  kernels: [kernel],
});
