import { activationRange } from '../../arithmetic/activation-range.ts';
import { clamp, type Multiplier, requantizeOne } from '../../arithmetic/fixed-point.ts';
import { inverseSqrt } from '../../arithmetic/inverse-sqrt.ts';
import {
  leakyReluRequantize,
  quantizeRequantize,
  reluRequantize,
  rsqrtRequantize,
} from '../../arithmetic/multipliers.ts';
import type {
  Activation,
  ElementwiseAttributes,
  LeakyReluAttributes,
  QuantizeAttributes,
  ReluAttributes,
} from '../../graph/attributes.ts';
import { inputOf, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import { perTensor } from '../../graph/tensor.ts';
import { whyNotShiftable } from '../refusals.ts';
import { table } from '../table.ts';

/** clamp(requantize(q − x zero point) + y zero point), with a multiplier for each side of the zero point. */
function requantized(view: NodeView, above: Multiplier, below: Multiplier, activation: Activation) {
  const xZero = perTensor(inputOf(view, 0)).zeroPoint;
  const yZero = perTensor(outputOf(view)).zeroPoint;
  const { min, max } = activationRange(activation, outputOf(view));
  return (q: number) => {
    const { multiplier, shift } = q < xZero ? below : above;
    return clamp(requantizeOne(q - xZero, multiplier, shift) + yZero, min, max);
  };
}

/** Another scale, zero point or type. */
export const quantize = table<QuantizeAttributes>(
  ['i8', 'u8'],
  (view) => requantized(view, quantizeRequantize(view), quantizeRequantize(view), 'none'),
  (view) => whyNotShiftable([quantizeRequantize(view).shift]),
);

/** A clamp that stands alone. */
export const relu = table<ReluAttributes>(
  ['i8'],
  (view) => requantized(view, reluRequantize(view), reluRequantize(view), view.attributes.activation),
  (view) => whyNotShiftable([reluRequantize(view).shift]),
);

/** alpha times what is below 0. */
export const leakyRelu = table<LeakyReluAttributes>(
  ['i8'],
  (view) => {
    const { above, below } = leakyReluRequantize(view);
    return requantized(view, above, below, 'none');
  },
  (view) => {
    const { above, below } = leakyReluRequantize(view);
    return whyNotShiftable([above.shift, below.shift]);
  },
);

/** The distance from the zero point, at y's scale. */
export const abs = table<ElementwiseAttributes>(
  ['i8'],
  (view) => {
    const [xZero, yZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(outputOf(view)).zeroPoint];
    const { multiplier, shift } = reluRequantize(view);
    return (q: number) => clamp(requantizeOne(Math.abs(q - xZero), multiplier, shift) + yZero, -128, 127);
  },
  (view) => whyNotShiftable([reluRequantize(view).shift]),
);

/** 1 / √x: the root of each distance from the zero point, then y's scale. */
export const rsqrt = table<ElementwiseAttributes>(
  ['i8'],
  (view) => {
    const [xZero, yZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(outputOf(view)).zeroPoint];
    const { multiplier, shift } = rsqrtRequantize(view);
    return (q: number) => {
      const root = inverseSqrt(Math.max(q - xZero, 0));
      const fine = requantizeOne(1, root.multiplier, root.shift + 20);
      return q > xZero ? clamp(requantizeOne(fine, multiplier, shift - 20) + yZero, -128, 127) : 127;
    };
  },
  (view) => whyNotShiftable([rsqrtRequantize(view).shift - 20]),
);
