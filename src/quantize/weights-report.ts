import type { Tensor } from '../graph/tensor.ts';
import { quantizeValues } from './range.ts';
import { compare, decibels, type Signal } from './signal.ts';
import { channelsAlong } from './weights.ts';

/** How a node's weights came through, and how they would have with one scale for all of them. */
export interface WeightsReport {
  readonly channels: number;
  /** Greatest |w| of each channel. */
  readonly channelRanges: readonly number[];
  /** Greatest |w| of the widest channel over that of the narrowest that is not all 0. */
  readonly rangeRatio: number;
  /** Whole bits of precision that the narrowest channel would lose with one scale: ⌊log2(rangeRatio)⌋. */
  readonly perTensorLosesBits: number;
  readonly snrDb: number;
  readonly perTensorSnrDb: number;
  /** Of each channel; Infinity where it is exact, as a channel of zeros. */
  readonly channelSnrDb: readonly number[];
  readonly perTensorChannelSnrDb: readonly number[];
}

/** Float weights against their int8 ones, which have a scale for each index of `axis`. */
export function reportWeights(real: Tensor, int8: Tensor, axis: number): WeightsReport {
  const values = real.data as Float32Array;
  const { count, of } = channelsAlong(real.shape, axis);
  const ends = new Float64Array(count);
  values.forEach((value, i) => {
    ends[of(i)] = Math.max(ends[of(i)], Math.abs(value));
  });
  const live = ends.filter((end) => end > 0);
  const widest = live.reduce((a, b) => Math.max(a, b), 0);
  const rangeRatio = live.length > 0 ? widest / live.reduce((a, b) => Math.min(a, b)) : 1;
  const one = Math.fround(widest / 127) || 1;
  const scales = int8.quantization?.scale ?? [];
  const perChannel = signals(values, int8.data as Int8Array, count, of, (c) => scales[scales.length === 1 ? 0 : c]);
  const perTensor = signals(values, quantizeValues(values, one, 0), count, of, () => one);
  return {
    channels: count,
    channelRanges: [...ends],
    rangeRatio,
    perTensorLosesBits: Math.floor(Math.log2(rangeRatio)),
    snrDb: decibels(total(perChannel)),
    perTensorSnrDb: decibels(total(perTensor)),
    channelSnrDb: perChannel.map(decibels),
    perTensorChannelSnrDb: perTensor.map(decibels),
  };
}

function signals(
  values: Float32Array,
  q: Int8Array,
  channels: number,
  channelOf: (i: number) => number,
  scaleOf: (channel: number) => number,
): Signal[] {
  const made = Array.from({ length: channels }, (): Signal => ({ signal: 0, noise: 0 }));
  values.forEach((value, i) => {
    const channel = channelOf(i);
    compare(made[channel], [value], [q[i]], scaleOf(channel), 0);
  });
  return made;
}

const total = (signals: readonly Signal[]): Signal =>
  signals.reduce((sum, { signal, noise }) => ({ signal: sum.signal + signal, noise: sum.noise + noise }), {
    signal: 0,
    noise: 0,
  });
