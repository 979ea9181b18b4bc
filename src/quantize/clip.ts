import { clamp, roundHalfAway } from '../format/fixed-point.ts';
import { binValue, type Histogram } from './histogram.ts';
import { quantizationOf, type Range } from './range.ts';

/**
 * The range without (100 − percent) / 2 per cent of the values at each end. An end where more values than that are alike, as
 * at the 0 and the 6 of a ReLU6, is kept.
 */
export function percentileRange(histogram: Histogram, percent: number): Range {
  const { counts } = histogram;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const cut = (total * (100 - percent)) / 200;
  let first = 0;
  let last = counts.length - 1;
  for (let below = counts[first] as number; below <= cut && first < last; below += counts[first] as number) first++;
  for (let above = counts[last] as number; above <= cut && last > first; above += counts[last] as number) last--;
  return { min: binValue(histogram, first), max: binValue(histogram, last) };
}

/** Parts of an end of the range that are tried as the new end. */
const parts = 64;

/**
 * The range with the least mean squared error of int8 over the histogram. Ends are tried at multiples of 1/64 of the range's
 * own, one end after the other until neither moves; of equals the wider range wins, so a range is cut only for a gain.
 */
export function leastErrorRange(histogram: Histogram): Range {
  const { min, max } = histogram.range;
  let best = histogram.range;
  let least = squaredError(histogram, best);
  const attempt = (range: Range): boolean => {
    const error = squaredError(histogram, range);
    if (error >= least) return false;
    [best, least] = [range, error];
    return true;
  };
  for (let moved = true; moved; ) {
    moved = false;
    for (let part = parts; part > 0; part--) {
      if (max > 0 && attempt({ min: best.min, max: (max * part) / parts })) moved = true;
      if (min < 0 && attempt({ min: (min * part) / parts, max: best.max })) moved = true;
    }
  }
  return best;
}

/** Σ count · (value − its int8)². */
function squaredError(histogram: Histogram, range: Range): number {
  const { scale, zeroPoint } = quantizationOf(range);
  const [step, zero] = [scale[0] as number, zeroPoint[0] as number];
  let error = 0;
  histogram.counts.forEach((count, bin) => {
    if (count === 0) return;
    const value = binValue(histogram, bin);
    const off = value - step * clamp(roundHalfAway(value / step), -128 - zero, 127 - zero);
    error += count * off * off;
  });
  return error;
}
