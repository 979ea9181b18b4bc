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
  for (let below = counts[first]; below <= cut && first < last; below += counts[first]) first++;
  for (let above = counts[last]; above <= cut && last > first; above += counts[last]) last--;
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
  const points = pointsOf(histogram);
  let best = histogram.range;
  let least = squaredError(points, best, Infinity);
  const attempt = (range: Range): boolean => {
    const error = squaredError(points, range, least);
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

/** Bins that are not empty. */
interface Points {
  readonly values: Float64Array;
  readonly counts: Float64Array;
}

function pointsOf(histogram: Histogram): Points {
  const full = Array.from(histogram.counts.keys()).filter((bin) => histogram.counts[bin] !== 0);
  return {
    values: Float64Array.from(full, (bin) => binValue(histogram, bin)),
    counts: Float64Array.from(full, (bin) => histogram.counts[bin]),
  };
}

/** Σ count · (value − its int8)²; any number from `enough` on where it comes to that. */
function squaredError({ values, counts }: Points, range: Range, enough: number): number {
  const { scale, zeroPoint } = quantizationOf(range);
  const [step, zero] = [scale[0], zeroPoint[0]];
  const [least, most] = [-128 - zero, 127 - zero];
  let error = 0;
  for (let i = 0; i < values.length && error < enough; i++) {
    const value = values[i];
    const off = value - step * Math.min(Math.max(Math.floor(value / step + 0.5), least), most);
    error += counts[i] * off * off;
  }
  return error;
}
