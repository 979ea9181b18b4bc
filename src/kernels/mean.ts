import { activationRange } from '../arithmetic/activation-range.ts';
import type { Multiplier } from '../arithmetic/fixed-point.ts';
import { meanRequantize, quantizeRequantize } from '../arithmetic/multipliers.ts';
import type { MeanAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized, whyNotShiftable } from './refusals.ts';

/** Values in one mean. */
function countOf(view: NodeView<MeanAttributes>): number {
  const [, h, w, c] = nhwc(inputOf(view, 0));
  return view.attributes.axes === 'hw' ? h * w : c;
}

type TotalKernel = KernelOf<'mean', MeanAttributes>;

/** One value for many by their sum, and the factor of that. */
const totalKernel = (
  name: string,
  requantizeOf: (view: NodeView<MeanAttributes>, count: number) => Multiplier,
): TotalKernel => ({
  name,
  opcode: 'mean',

  refuses(view) {
    const unfit = firstOf(whyNotQuantized('x', view.inputs[0], 'i8'), whyNotQuantized('y', outputOf(view), 'i8'));
    if (unfit) return unfit;
    const count = countOf(view);
    // |x − zero point| ≤ 255
    if (count * 255 >= 2 ** 31)
      return `the sum of ${count} values may overflow int32 (at most ${Math.floor(2 ** 31 / 255)} values)`;
    return whyNotShiftable([requantizeOf(view, count).shift]);
  },

  pack(view) {
    const { min, max } = activationRange('none', outputOf(view));
    return {
      axes: view.attributes.axes === 'hw' ? 0 : 1,
      ...requantizeOf(view, countOf(view)),
      yMin: min,
      yMax: max,
    };
  },
});

/** The mean over height and width, or over channels; the division is part of the multiplier. */
export const mean: TotalKernel = totalKernel('mean', meanRequantize);

/** The sum over height and width, or over channels. */
export const reduceSum: TotalKernel = totalKernel('reduce-sum', (view) => quantizeRequantize(view));
