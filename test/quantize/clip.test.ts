import { describe, expect, it } from 'vitest';
import { leastErrorRange, percentileRange } from '../../src/quantize/clip.ts';
import { bins, binValue, count, type Histogram } from '../../src/quantize/histogram.ts';

/** A histogram of values, over their own range. */
function histogramOf(values: readonly number[]): Histogram {
  const range = { min: Math.min(...values), max: Math.max(...values) };
  const histogram = { range, counts: new Float64Array(bins) };
  count(histogram, Float32Array.from(values));
  return histogram;
}

/** `n` values spread evenly from `from` to `to`. */
const spread = (n: number, from: number, to: number): number[] =>
  Array.from({ length: n }, (_, i) => from + (i * (to - from)) / (n - 1));

describe('a histogram', () => {
  it('has a bin on each end of its range, and counts every value once', () => {
    const histogram = histogramOf([-1, -1, 0.5, 3]);
    expect([histogram.counts[0], histogram.counts[bins - 1]]).toEqual([2, 1]);
    expect(binValue(histogram, 0)).toBe(-1);
    expect(binValue(histogram, bins - 1)).toBe(3);
    expect(histogram.counts.reduce((sum, n) => sum + n)).toBe(4);
  });

  it('leaves out what lies beyond its range', () => {
    const histogram = histogramOf([0, 1]);
    count(histogram, Float32Array.of(-1, 2, 0.5));
    expect(histogram.counts.reduce((sum, n) => sum + n)).toBe(3);
  });
});

describe('percentile', () => {
  it('cuts half of the rest off each end', () => {
    const { min, max } = percentileRange(histogramOf(spread(2048, -1, 1)), 90);
    expect(min).toBeCloseTo(-0.9, 2);
    expect(max).toBeCloseTo(0.9, 2);
  });

  it('keeps an end where many values are alike, and cuts a lone one off', () => {
    const relu6 = [...new Array(500).fill(0), ...spread(400, 0, 6), ...new Array(100).fill(6)];
    expect(percentileRange(histogramOf(relu6), 99)).toEqual({ min: 0, max: 6 });
    const { max } = percentileRange(histogramOf([...spread(1999, 0, 1), 100]), 99.8);
    expect(max).toBeLessThan(1.1);
  });

  it('of 100 keeps everything', () => {
    expect(percentileRange(histogramOf([-3, 0, 0, 0, 7]), 100)).toEqual({ min: -3, max: 7 });
  });
});

describe('least squared error', () => {
  it('keeps an even spread whole, and a bounded activation too', () => {
    const whole = leastErrorRange(histogramOf(spread(4000, -1, 1)));
    expect(whole.min).toBeLessThanOrEqual(-63 / 64);
    expect(whole.max).toBeGreaterThanOrEqual(63 / 64);
    const relu6 = [...new Array(500).fill(0), ...spread(400, 0, 6), ...new Array(100).fill(6)];
    expect(leastErrorRange(histogramOf(relu6))).toEqual({ min: 0, max: 6 });
  });

  it('cuts off one value far out where it pays', () => {
    const histogram = histogramOf([...spread(2000, 0, 1), 8]);
    const often = histogram.counts.map((n, bin) => (bin === bins - 1 ? n : n * 10_000));
    const { min, max } = leastErrorRange({ ...histogram, counts: often });
    expect(min).toBe(0);
    expect(max).toBeLessThan(4);
    expect(max).toBeGreaterThanOrEqual(1);
  });
});
