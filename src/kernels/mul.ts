import { activationRange } from '../arithmetic/activation-range.ts';
import { mulRequantize } from '../arithmetic/multipliers.ts';
import type { MulAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { broadcastOperands, unlessOneBroadcast } from './broadcast.ts';
import { firstOf, unlessQuantized, unlessShifts } from './refusals.ts';

/** The product of two tensors of any scale. */
export const mul: Kernel<MulAttributes> = {
  name: 'mul',
  opcode: 'mul',

  operands: broadcastOperands,

  refuses(view) {
    const [a, b] = view.inputs;
    const unfit = firstOf(
      unlessQuantized('a', a, 'i8'),
      unlessQuantized('b', b, 'i8'),
      unlessQuantized('y', outputOf(view), 'i8'),
      unlessOneBroadcast(view),
    );
    return unfit ?? unlessShifts([mulRequantize(view).shift]);
  },

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack(view) {
    const { multiplier, shift } = mulRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    return { multiplier, shift, yMin: min, yMax: max };
  },
};
