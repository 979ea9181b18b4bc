import { activationRange } from '../arithmetic/activation-range.ts';
import { quantizeMultiplier, saturatingRoundingDoublingHighMul } from '../arithmetic/fixed-point.ts';
import { softmaxExponentials } from '../arithmetic/softmax-exponentials.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotQuantized } from './refusals.ts';

/** What tells one function of a value and its pixel's sum from another. */
interface Function {
  readonly of: 1 | 2;
  /** More channels would take the sum out of its fixed point. */
  readonly mostChannels: number;
  readonly output: { readonly scale: number; readonly zeroPoint: number };
  /** Why the scale of x does not fit; absent: any does. */
  whyNotScale?(scale: number): string | undefined;
  /** What the sum takes in, and what is divided: 256 of each. */
  tables(view: NodeView): Int32Array;
}

const normalized = (
  name: string,
  { of, mostChannels, output, whyNotScale, tables }: Function,
): KernelOf<'normalize', ElementwiseAttributes> => ({
  name,
  opcode: 'normalize',

  refuses(view) {
    const y = outputOf(view);
    const unfit = firstOf(whyNotQuantized('x', view.inputs[0], 'i8'), whyNotQuantized('y', y, 'i8'));
    if (unfit) return unfit;
    const { scale, zeroPoint } = perTensor(y);
    if (scale !== output.scale || zeroPoint !== output.zeroPoint) {
      return `y has scale ${scale}, zero point ${zeroPoint} (1/${1 / output.scale}, ${output.zeroPoint})`;
    }
    const [, , , channels] = nhwc(y);
    if (channels > mostChannels) return `x has ${channels} channels (at most ${mostChannels})`;
    return whyNotScale?.(perTensor(inputOf(view, 0)).scale);
  },

  pack(view, context) {
    const { min, max } = activationRange('none', outputOf(view));
    return { tables: context.data(tables(view)), yMin: min, yMax: max, of };
  },
});

/** By distance from the maximum: exponentials, and the distance in Q5.26, so far below where TFLite leaves it out that it clamps. */
export const logSoftmax = normalized('log-softmax', {
  of: 1,
  mostChannels: 4095,
  output: { scale: 1 / 16, zeroPoint: 127 },
  whyNotScale: (scale) => (scale * 2 ** 26 > 1 ? undefined : `the scale of x is ${scale} (above 2^-26)`),

  tables(view) {
    const { scale } = perTensor(inputOf(view, 0));
    const { table, diffMin } = softmaxExponentials(scale, 1);
    const { multiplier, shift } = quantizeMultiplier(Math.min(scale * 2 ** 26, 2 ** 31 - 1));
    const distances = Array.from({ length: 256 }, (_, i) =>
      -i < diffMin ? -(2 ** 30) : saturatingRoundingDoublingHighMul(-i * 2 ** shift, multiplier),
    );
    return Int32Array.from([...table, ...distances]);
  },
});

/** By the byte of −x: 4,096 times the square, as the engine's sum takes a 4,096th, and the value. */
export const l2Normalize = normalized('l2-normalize', {
  of: 2,
  mostChannels: 33025,
  output: { scale: 1 / 128, zeroPoint: 0 },

  tables(view) {
    const { zeroPoint } = perTensor(inputOf(view, 0));
    const values = Array.from({ length: 256 }, (_, i) => ((-i << 24) >> 24) - zeroPoint);
    return Int32Array.from([...values.map((value) => 4096 * value * value), ...values]);
  },
});
