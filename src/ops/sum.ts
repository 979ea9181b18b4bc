import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { addRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { Activation } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import type { Op } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { eachPair } from './broadcast.ts';

/** y = a + sign · b in real values, both terms brought to 2^20 times the output's resolution first. */
export const sumOf = (sign: 1 | -1): Pick<Op<{ readonly activation: Activation }>, 'reference' | 'float'> => ({
  reference(view, inputs, outputs) {
    const [aZero, bZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(inputOf(view, 1)).zeroPoint];
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { leftShift, x, x2, y: toY } = addRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    eachPair(view, inputs as [Numbers, Numbers], outputs[0] as Numbers, (a, b) => {
      const first = requantize((a - aZero) * 2 ** leftShift, x.multiplier, x.shift);
      const second = requantize((b - bZero) * 2 ** leftShift, x2.multiplier, x2.shift);
      return clamp(requantize(first + sign * second, toY.multiplier, toY.shift) + yZero, min, max);
    });
  },

  float(view, inputs, outputs) {
    const { activation } = view.attributes;
    eachPair(view, inputs as [Float32Array, Float32Array], outputs[0], (a, b) =>
      clampReal(activation, Math.fround(a + sign * b)),
    );
  },
});
