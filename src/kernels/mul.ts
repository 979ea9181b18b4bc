import { activationRange } from '../arithmetic/activation-range.ts';
import { mulRequantize } from '../arithmetic/multipliers.ts';
import type { MulAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import { broadcastOperands, whyNotOneBroadcast } from './broadcast.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized, whyNotShiftable } from './refusals.ts';

/** The product of two tensors of any scale. */
export const mul: KernelOf<'mul', MulAttributes> = {
  name: 'mul',
  opcode: 'mul',

  operands: broadcastOperands,

  refuses(view) {
    const [a, b] = view.inputs;
    const unfit = firstOf(
      whyNotQuantized('a', a, 'i8'),
      whyNotQuantized('b', b, 'i8'),
      whyNotQuantized('y', outputOf(view), 'i8'),
      whyNotOneBroadcast(view),
    );
    return unfit ?? whyNotShiftable([mulRequantize(view).shift]);
  },

  pack(view) {
    const { multiplier, shift } = mulRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    return { multiplier, shift, yMin: min, yMax: max };
  },
};
