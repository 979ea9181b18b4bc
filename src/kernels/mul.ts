import { activationRange } from '../arithmetic/activation-range.ts';
import { mulRequantize } from '../arithmetic/multipliers.ts';
import type { MulAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import { broadcastOperands, whyNotPair } from './broadcast.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotShiftable } from './refusals.ts';

/** The product of two tensors of any scale. */
export const mul: KernelOf<'mul', MulAttributes> = {
  name: 'mul',
  opcode: 'mul',

  operands: broadcastOperands,

  refuses(view) {
    return whyNotPair(view) ?? whyNotShiftable([mulRequantize(view).shift]);
  },

  pack(view) {
    const { multiplier, shift } = mulRequantize(view);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    return { multiplier, shift, yMin: min, yMax: max };
  },
};
