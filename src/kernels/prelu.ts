import { preluRequantize } from '../arithmetic/multipliers.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized, whyNotShiftable } from './refusals.ts';

/** Two multipliers, one of values from the zero point on, one of products with the channel's slope below it. */
export const prelu: KernelOf<'prelu', ElementwiseAttributes> = {
  name: 'prelu',
  opcode: 'prelu',

  refuses(view) {
    const slopes = view.inputs[1];
    const unfit = firstOf(
      whyNotQuantized('x', view.inputs[0], 'i8'),
      whyNotQuantized('slopes', slopes, 'i8'),
      whyNotQuantized('y', outputOf(view), 'i8'),
    );
    if (unfit) return unfit;
    if (!slopes?.data) return `slopes "${slopes?.name}" must be constant; they are computed`;
    const { above, below } = preluRequantize(view);
    return whyNotShiftable([above.shift, below.shift]);
  },

  writesApart: false,

  pack(view, context) {
    const slopes = inputOf(view, 1);
    const { zeroPoint } = perTensor(slopes);
    const values = slopes.data as Int8Array;
    const channels = nhwc(inputOf(view, 0))[3];
    const differences = new Int16Array(Math.ceil(channels / 8) * 8);
    for (let c = 0; c < channels; c++) differences[c] = values[c % values.length] - zeroPoint;
    const { above, below } = preluRequantize(view);
    return {
      slopes: context.data(differences),
      multiplier: above.multiplier,
      shift: above.shift,
      multiplierBelow: below.multiplier,
      shiftBelow: below.shift,
    };
  },
};
