/** Sums over the values of each channel of NHWC tensors, which make means and standard deviations. */
export interface Moments {
  readonly sums: Float64Array;
  readonly squares: Float64Array;
  /** Values of each channel. */
  count: number;
}

export const noMoments = (channels: number): Moments => ({
  sums: new Float64Array(channels),
  squares: new Float64Array(channels),
  count: 0,
});

export function addMoments(into: Moments, values: Float32Array): void {
  const { sums, squares } = into;
  const channels = sums.length;
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const c = i % channels;
    sums[c] = sums[c] + value;
    squares[c] = squares[c] + value * value;
  }
  into.count += values.length / channels;
}

export const meanOf = ({ sums, count }: Moments, channel: number): number => sums[channel] / count;

export function deviationOf(moments: Moments, channel: number): number {
  const mean = meanOf(moments, channel);
  return Math.sqrt(Math.max(0, moments.squares[channel] / moments.count - mean * mean));
}
