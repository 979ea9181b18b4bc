/** What an int32 accumulator begins with, and the values that it may reach. */

/** Least and greatest accumulator. */
export type AccumulatorRange = readonly [least: number, greatest: number];

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
  return channels.map((c) => (c < 0 ? 0 : ((bias?.[c] ?? 0) - xZeroPoint * weightSums[c]) | 0));
}

/** Sums of each output's positive weights and of all its weights, less their zero point: they bound its accumulator. */
export interface WeightSums {
  readonly all: Int32Array;
  readonly positive: Int32Array;
}

export function addWeight({ all, positive }: WeightSums, output: number, weight: number): void {
  all[output] = all[output] + weight;
  if (weight > 0) positive[output] = positive[output] + weight;
}

/** The least and greatest accumulator of each output, zero point folded, over all inputs: bias + Σ w · x for x in int8. */
export function accumulatorRanges(
  bias: ArrayLike<number> | undefined,
  sums: WeightSums,
  xZeroPoint: number,
): AccumulatorRange[] {
  return Array.from(sums.all, (all, c) => {
    const positive = sums.positive[c];
    const negative = positive - all;
    const start = (bias?.[c] ?? 0) - xZeroPoint * all;
    return [start - 128 * positive - 127 * negative, start + 127 * positive + 128 * negative];
  });
}
