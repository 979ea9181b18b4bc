import type { requantizeForms } from '../format/instructions.ts';
import type { AccumulatorRange } from './accumulators.ts';
import { isExactReal } from './exact-real.ts';
import { requantizeOne } from './fixed-point.ts';

/** Multiplier and shift of each output channel, as `requantizeOne` takes them. */
export interface Multipliers {
  readonly multiplier: Int32Array;
  readonly shift: Int32Array;
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
  ranges: readonly AccumulatorRange[],
  { multiplier, shift }: Multipliers,
  values: readonly [low: number, high: number],
): Proved[] {
  return ranges.map((range, c) => {
    const of = { multiplier: multiplier[c], shift: shift[c] };
    const [least, greatest] = range;
    if (of.shift >= -12 || least < -(2 ** 31) || greatest >= 2 ** 31) return {};
    const [low, high] = range.map((acc) => requantizeOne(acc, of.multiplier, of.shift));
    if (low === high) return { constant: low };
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
  const exact = multiplier.every((m, c) => fits(m, shift[c]) || proved[c]?.real || proved[c]?.constant !== undefined);
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
