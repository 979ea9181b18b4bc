import { elements } from '../graph/tensor.ts';
import { quantizeValue } from './range.ts';

/** Least scale of weights: the least normal float32. */
const leastWeightScale = 2 ** -126;

/** What bias and sums of a channel may come to: half of int32, so that a correction of the bias fits beside them. */
const most = 2 ** 30;

/** Constant weights, the bias that goes with them, and the scale of the activation that they multiply. */
export interface Weights {
  readonly shape: readonly number[];
  readonly axis: number;
  readonly data: Float32Array;
  readonly bias?: Float32Array | undefined;
  readonly xScale: number;
}

export interface WeightScales {
  /** One float32 scale per index of the axis. */
  readonly scale: readonly number[];
  readonly dead: readonly number[];
  /** Channels whose scale had to grow, and by which factor. */
  readonly widened: readonly { readonly channel: number; readonly ratio: number }[];
}

/** Which index of `axis` an element of a row-major tensor has. */
export function channelsAlong(shape: readonly number[], axis: number): { count: number; of(index: number): number } {
  const count = shape[axis];
  const stride = elements(shape.slice(axis + 1));
  return { count, of: (index) => Math.floor(index / stride) % count };
}

/** The least float32 that is not below x. */
function floatAbove(x: number): number {
  const near = Math.fround(x);
  return near >= x ? near : Math.fround(near * (1 + 2 ** -23));
}

/**
 * Symmetric scales of weights, greatest |w| / 127 in each channel, but
 *
 *   not below 2^−126: a channel with no weight of 127 · 2^−126 or more is dead;
 *   not below (|bias| / xScale + 255 · Σ|w|) / (2^30 − 1 − 127.5 · n), n weights in a channel: then bias, folded bias and
 *   every partial sum are below 2^30, since a rounded weight is at most |w| / scale + ½ and |x − zero point| at most 255;
 *   a dead channel's is |bias| / (xScale · 2^24), which holds the bias to the last bit of a float32, or without a bias the
 *   greatest of the other channels, or 1.
 */
export function weightScales({ shape, axis, data, bias, xScale }: Weights): WeightScales {
  const channels = channelsAlong(shape, axis);
  const greatest = new Float64Array(channels.count);
  const sum = new Float64Array(channels.count);
  data.forEach((value, i) => {
    const c = channels.of(i);
    greatest[c] = Math.max(greatest[c], Math.abs(value));
    sum[c] = sum[c] + Math.abs(value);
  });
  const room = most - 1 - 127.5 * (data.length / channels.count);
  const dead: number[] = [];
  const widened: { channel: number; ratio: number }[] = [];
  const scale = Array.from(greatest, (end, channel) => {
    const own = Math.fround(end / 127);
    if (own < leastWeightScale) {
      dead.push(channel);
      return 0;
    }
    const needed = floatAbove((Math.abs(bias?.[channel] ?? 0) / xScale + 255 * sum[channel]) / room);
    if (needed > own) widened.push({ channel, ratio: needed / own });
    return Math.max(own, needed);
  });
  const other = scale.reduce((a, b) => Math.max(a, b), 0) || 1;
  for (const channel of dead) {
    const forBias = Math.fround(Math.abs(bias?.[channel] ?? 0) / (xScale * 2 ** 24));
    scale[channel] = bias?.[channel] ? Math.max(forBias, leastWeightScale) : other;
  }
  return { scale, dead, widened };
}

/** int8 weights in [−127, 127] or what `least` says, zero point 0. */
export function quantizeWeights({ shape, axis, data }: Weights, scale: readonly number[], least: number): Int8Array {
  const channels = channelsAlong(shape, axis);
  // Int8Array.from goes by way of an array of numbers: 16 million weights took a gigabyte.
  const quantized = new Int8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    quantized[i] = quantizeValue(data[i], scale[channels.of(i)], 0, least);
  }
  return quantized;
}
