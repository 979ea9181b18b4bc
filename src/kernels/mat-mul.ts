import { activationRange } from '../arithmetic/activation-range.ts';
import { mulRequantize } from '../arithmetic/multipliers.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized, whyNotShiftable } from './refusals.ts';

/** The product of two computed matrices. */
export const matMul: KernelOf<'matMul', ElementwiseAttributes> = {
  name: 'mat-mul',
  opcode: 'matMul',

  operands: () => [0, 1],

  refuses: (view) =>
    firstOf(
      whyNotQuantized('a', view.inputs[0], 'i8'),
      whyNotQuantized('b', view.inputs[1], 'i8'),
      whyNotQuantized('y', outputOf(view), 'i8'),
    ) ?? whyNotShiftable([mulRequantize(view, 'f64').shift]),

  pack(view) {
    const { multiplier, shift } = mulRequantize(view, 'f64');
    const { min, max } = activationRange('none', outputOf(view));
    return { multiplier, shift, yMin: min, yMax: max };
  },
};
