import { requantizeOne } from '../format/fixed-point.ts';
import { requantizeForms } from '../format/instructions.ts';
import type { Activation, ScaleProduct } from '../graph/attributes.ts';
import { inputOf, type NodeView, outputOf } from '../graph/graph.ts';
import type { PackContext, StageWords } from '../graph/kernel.ts';
import { perTensor } from '../graph/tensor.ts';
import { isExactReal } from './exact-real.ts';
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

/** The zero point that all weights share (unlessWeights). */
export const weightsZeroOf = (view: NodeView): number => inputOf(view, 1).quantization?.zeroPoint[0] ?? 0;

/** Sums of each output's positive weights and of all its weights, less their zero point: they bound its accumulator. */
export interface WeightSums {
  readonly all: Int32Array;
  readonly positive: Int32Array;
}

export function addWeight({ all, positive }: WeightSums, output: number, weight: number): void {
  all[output] = (all[output] as number) + weight;
  if (weight > 0) positive[output] = (positive[output] as number) + weight;
}

/** The least and greatest accumulator of each output, zero point folded, over all inputs: bias + Σ w · x for x in int8. */
export function accumulatorRanges(bias: ArrayLike<number> | undefined, sums: WeightSums, xZeroPoint: number): Range[] {
  return Array.from(sums.all, (all, c) => {
    const positive = sums.positive[c] as number;
    const negative = positive - all;
    const start = (bias?.[c] ?? 0) - xZeroPoint * all;
    return [start - 128 * positive - 127 * negative, start + 127 * positive + 128 * negative];
  });
}

/** What is known of each output beside its multiplier: a value that no input changes, or that the real forms are exact. */
export interface Proved {
  readonly constant?: number;
  readonly real?: boolean;
}

/**
 * Proofs for the channels whose shifts are too small for the real forms at large (−12 ≤ shift). Filters that training left
 * near zero have such shifts, and one of them would force a whole layer into the integer form. Rounding is monotone: an
 * output whose extreme accumulators give one value gives no other, and for others the steps between values are compared.
 */
export function prove(
  ranges: readonly Range[],
  { multiplier, shift }: Multipliers,
  values: readonly [low: number, high: number],
): Proved[] {
  return ranges.map((range, c) => {
    const of = { multiplier: multiplier[c] as number, shift: shift[c] as number };
    const [least, greatest] = range;
    if (of.shift >= -12 || least < -(2 ** 31) || greatest >= 2 ** 31) return {};
    const [low, high] = range.map((acc) => requantizeOne(acc, of.multiplier, of.shift));
    if (low === high) return { constant: low as number };
    return { real: of.multiplier > 0 && isExactReal(realParameters(of.multiplier, of.shift), of, range, values) };
  });
}

export type Form = keyof typeof requantizeForms;

/**
 * The quickest form that gives the bits of the two integer roundings for every channel. The real ones need
 * −12 ≤ shift ≤ 0 (below, an offset no longer breaks every tie as the roundings do) and multipliers of 31 bits; the
 * clamped one that yMin is the zero point, so that every negative accumulator gives yMin. Proofs widen that.
 */
export function chooseForm(
  { multiplier, shift }: Multipliers,
  yMin: number,
  yZeroPoint: number,
  proved: readonly Proved[] = [],
): Form {
  const fits = (m: number, s: number) => m === 0 || (m >= 2 ** 30 && s >= -12 && s <= 0);
  const exact = multiplier.every(
    (m, c) => fits(m, shift[c] as number) || proved[c]?.real || proved[c]?.constant !== undefined,
  );
  if (!exact) return 'integer';
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

/** A constant y in a real form is acc · 0 + y. */
const formFields = {
  integer: (multiplier: number, shift: number) => [multiplier, shift],
  real(multiplier: number, shift: number, constant?: number) {
    if (constant !== undefined) return [0, constant, constant];
    const { scale, positive, negative } = realParameters(multiplier, shift);
    return [scale, positive, negative];
  },
  realClamped(multiplier: number, shift: number, constant?: number) {
    if (constant !== undefined) return [0, constant];
    const { scale, positive } = realParameters(multiplier, shift);
    return [scale, positive];
  },
} as const satisfies Record<Form, (multiplier: number, shift: number, constant?: number) => readonly number[]>;

/** Multipliers and shifts by place in a form's layout: [block][field][8]. Places without an output get multiplier 0. */
export function requantizeBlocks(
  form: Form,
  channels: Int32Array,
  { multiplier, shift }: Multipliers,
  proved: readonly Proved[] = [],
): Int32Array | Float64Array {
  const values: number[] = [];
  channels.forEach((c, i) => {
    const lane = i % blockOutputs;
    const fields =
      c < 0
        ? formFields[form](0, 0)
        : formFields[form](multiplier[c] as number, shift[c] as number, proved[c]?.constant);
    fields.forEach((value, f) => {
      values[(i - lane) * fields.length + f * blockOutputs + lane] = value;
    });
  });
  return form === 'integer' ? Int32Array.from(values) : Float64Array.from(values);
}

/** Least and greatest accumulator. */
export type Range = readonly [least: number, greatest: number];

type WeightedView = NodeView<{ readonly activation: Activation; readonly scaleProduct: ScaleProduct }>;

/**
 * The words of how a convolution's accumulators become outputs. Inputs are x, weights, bias; `channels` has one entry a
 * place, `ranges` one an output channel.
 */
export function packRequantization(
  view: WeightedView,
  context: PackContext,
  channels: Int32Array,
  ranges: readonly Range[],
): StageWords {
  const y = outputOf(view);
  const { min, max } = activationRange(view.attributes.activation, y);
  const multipliers = convRequantize(view, ranges.length);
  const { zeroPoint } = perTensor(y);
  const proved = prove(ranges, multipliers, [min - zeroPoint, max - zeroPoint]);
  const form = chooseForm(multipliers, min, zeroPoint, proved);
  return {
    form: requantizeForms[form],
    requantize: context.data(requantizeBlocks(form, channels, multipliers, proved)),
    yMin: min,
    yMax: max,
  };
}

/** The same and the folded bias; `sums` has one entry an output channel. */
export function packOutputs(
  view: WeightedView,
  context: PackContext,
  channels: Int32Array,
  sums: WeightSums,
): StageWords {
  const bias = view.inputs[2]?.data as Int32Array | undefined;
  const xZeroPoint = perTensor(inputOf(view, 0)).zeroPoint;
  return {
    bias: context.data(foldedBias(channels, bias, sums.all, xZeroPoint)),
    ...packRequantization(view, context, channels, accumulatorRanges(bias, sums, xZeroPoint)),
  };
}
