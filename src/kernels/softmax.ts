import { activationRange } from '../arithmetic/activation-range.ts';
import { softmaxExponentials } from '../arithmetic/softmax-exponentials.ts';
import type { SoftmaxAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized } from './refusals.ts';

/** Over channels: exponentials from a table, the rest in gemmlowp's fixed point. */
export const softmax: KernelOf<'softmax', SoftmaxAttributes> = {
  name: 'softmax',
  opcode: 'softmax',

  refuses(view) {
    const y = outputOf(view);
    const unfit = firstOf(whyNotQuantized('x', view.inputs[0], 'i8'), whyNotQuantized('y', y, 'i8'));
    if (unfit) return unfit;
    const { scale, zeroPoint } = perTensor(y);
    // The result is Q0.8 by construction; TFLite lets the scale differ by a thousandth.
    if (zeroPoint !== -128 || Math.abs(scale - 1 / 256) > 0.001 / 256) {
      return `y has scale ${scale}, zero point ${zeroPoint} (1/256, -128)`;
    }
    const factor = view.attributes.beta * perTensor(inputOf(view, 0)).scale;
    return factor * 2 ** 26 > 1 ? undefined : `beta · scale of x is ${factor} (above 2^-26)`;
  },

  pack(view, context) {
    const { table } = softmaxExponentials(perTensor(inputOf(view, 0)).scale, view.attributes.beta);
    const { min, max } = activationRange('none', outputOf(view));
    return { exponentials: context.data(table), yMin: min, yMax: max };
  },
};
