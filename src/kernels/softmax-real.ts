import { realExponentials } from '../arithmetic/softmax-terms.ts';
import type { RealAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotOfType, whyNotQuantized } from './refusals.ts';

/** Differences of two values of a larger scale may leave float32. */
const mostScale = 2 ** 100;

/** Exponentials from a table of doubles, the rest in float32. */
export const softmaxReal: KernelOf<'softmaxReal', RealAttributes> = {
  name: 'softmax-real',
  opcode: 'softmaxReal',

  refuses(view) {
    const unfit = firstOf(whyNotQuantized('x', view.inputs[0], 'i8'), whyNotOfType('y', outputOf(view), 'f32'));
    if (unfit) return unfit;
    const { scale } = perTensor(inputOf(view, 0));
    return scale <= mostScale ? undefined : `x has scale ${scale} (at most 2^100)`;
  },

  writesApart: false,

  pack: (view, context) => ({ exponentials: context.data(realExponentials(perTensor(inputOf(view, 0)).scale)) }),
};
