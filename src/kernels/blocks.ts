import { requantizeForms } from '../format/instructions.ts';
import type { Activation, ScaleProduct } from '../graph/attributes.ts';
import { inputOf, type NodeView, outputOf } from '../graph/graph.ts';
import type { PackContext, StageWords } from '../graph/kernel.ts';
import { perTensor } from '../graph/tensor.ts';
import { activationRange, convRequantize } from './requantization.ts';

/** Outputs are computed, and their parameters stored, in blocks of eight. */
export const blockOutputs = 8;

/** The output channel of each place in the blocks of all groups; −1 where a group's last block has none. */
export function blockChannels(groups: number, groupOutputs: number): Int32Array {
  const places = Math.ceil(groupOutputs / blockOutputs) * blockOutputs;
  return Int32Array.from({ length: groups * places }, (_, i) => {
    const output = i % places;
    return output < groupOutputs ? Math.floor(i / places) * groupOutputs + output : -1;
  });
}

/**
 * bias − x zero point · Σ weights of each place, so that zero points never reach the inner loop (padding bytes hold the
 * zero point). int32 with wrap-around: the accumulator wraps back.
 */
export function foldedBias(
  channels: Int32Array,
  bias: ArrayLike<number> | undefined,
  weightSums: ArrayLike<number>,
  xZeroPoint: number,
): Int32Array {
  return channels.map((c) => (c < 0 ? 0 : ((bias?.[c] ?? 0) - xZeroPoint * (weightSums[c] as number)) | 0));
}

interface Multipliers {
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
}

export type Form = keyof typeof requantizeForms;

/**
 * The quickest form that gives the bits of the two integer roundings for every channel. The real ones need
 * −12 ≤ shift ≤ 0 (below, an offset no longer breaks every tie as the roundings do) and multipliers of 31 bits; the
 * clamped one that yMin is the zero point, so that every negative accumulator gives yMin.
 */
export function chooseForm({ multiplier, shift }: Multipliers, yMin: number, yZeroPoint: number): Form {
  const fits = (m: number, s: number) => m === 0 || (m >= 2 ** 30 && s >= -12 && s <= 0);
  if (!multiplier.every((m, c) => fits(m, shift[c] as number))) return 'integer';
  return yMin >= yZeroPoint ? 'realClamped' : 'real';
}

/**
 * A channel in the real form: y = nearest(acc · scale + (acc < 0 ? negative : positive)) equals `requantizeOne` while
 * |y| < 2^9 and stays outside ±2^8 elsewhere, where every clamp saturates. scale is exact: its bits are the multiplier
 * and the shift, and the scalar engine reads them back. A multiplier of 0 has scale +0, and offsets that round to 0.
 */
export function realParameters(
  multiplier: number,
  shift: number,
): { readonly scale: number; readonly positive: number; readonly negative: number } {
  if (multiplier === 0) return { scale: 0, positive: 0, negative: 0 };
  const r = -shift;
  const tie = 2 ** -(32 + r);
  const half = r === 0 ? 0 : 2 ** -(r + 1);
  return { scale: multiplier * 2 ** (shift - 31), positive: tie + half, negative: tie - half };
}

const formFields = {
  integer: (multiplier: number, shift: number) => [multiplier, shift],
  real(multiplier: number, shift: number) {
    const { scale, positive, negative } = realParameters(multiplier, shift);
    return [scale, positive, negative];
  },
  realClamped(multiplier: number, shift: number) {
    const { scale, positive } = realParameters(multiplier, shift);
    return [scale, positive];
  },
} as const satisfies Record<Form, (multiplier: number, shift: number) => readonly number[]>;

/** Multipliers and shifts by place in a form's layout: [block][field][8]. Places without an output get multiplier 0. */
export function requantizeBlocks(
  form: Form,
  channels: Int32Array,
  { multiplier, shift }: Multipliers,
): Int32Array | Float64Array {
  const values: number[] = [];
  channels.forEach((c, i) => {
    const lane = i % blockOutputs;
    const fields = c < 0 ? formFields[form](0, 0) : formFields[form](multiplier[c] as number, shift[c] as number);
    fields.forEach((value, f) => {
      values[(i - lane) * fields.length + f * blockOutputs + lane] = value;
    });
  });
  return form === 'integer' ? Int32Array.from(values) : Float64Array.from(values);
}

/**
 * The words of a convolution's outputs. Inputs are x, weights, bias; `channels` has one entry a place, `weightSums` one
 * an output channel.
 */
export function packOutputs(
  view: NodeView<{ readonly activation: Activation; readonly scaleProduct: ScaleProduct }>,
  context: PackContext,
  channels: Int32Array,
  weightSums: Int32Array,
): StageWords {
  const y = outputOf(view);
  const { min, max } = activationRange(view.attributes.activation, y);
  const multipliers = convRequantize(view, weightSums.length);
  const form = chooseForm(multipliers, min, perTensor(y).zeroPoint);
  const bias = view.inputs[2]?.data as Int32Array | undefined;
  return {
    form: requantizeForms[form],
    bias: context.data(foldedBias(channels, bias, weightSums, perTensor(inputOf(view, 0)).zeroPoint)),
    requantize: context.data(requantizeBlocks(form, channels, multipliers)),
    yMin: min,
    yMax: max,
  };
}
