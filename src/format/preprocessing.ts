import { checkKind, checkMembers } from './arguments.ts';
import { LiteBlockError } from './errors.ts';
import type { Preprocessing } from './model-file.ts';

/** True for a mean and a std of finite numbers, one or one a channel, no std being 0. */
export function isPreprocessing(value: unknown, channels: number): value is Preprocessing {
  const { mean, std } = (value ?? {}) as Partial<Preprocessing>;
  const fits = (values: unknown): values is number[] =>
    Array.isArray(values) && (values.length === 1 || values.length === channels) && values.every(Number.isFinite);
  return fits(mean) && fits(std) && std.every((each) => Math.fround(each) !== 0);
}

/** The real value of each level of each channel that differs: (pixel − mean) / std as float32 arithmetic gives it. Throws input. */
export function levels(preprocessing: Preprocessing): Float32Array[] {
  checkMembers('preprocessing', preprocessing, 'mean', 'std');
  const { mean, std } = preprocessing;
  for (const list of [mean, std]) checkKind('preprocessing: mean and std', list, 'Array');
  const channels = Math.max(mean.length, std.length);
  if (!isPreprocessing(preprocessing, channels)) {
    throw new LiteBlockError(
      'input',
      'preprocessing: mean and std are lists of one number, or one per channel, std not 0',
    );
  }
  return Array.from({ length: channels }, (_, c) => {
    const [m, s] = [Math.fround(mean[c % mean.length]), Math.fround(std[c % std.length])];
    return Float32Array.from({ length: 256 }, (_, pixel) => Math.fround(pixel - m) / s);
  });
}

/** Pixels, channels innermost, as the real input that the network was trained on. */
export function realOfPixels(pixels: Uint8Array, preprocessing: Preprocessing): Float32Array {
  checkKind('realOfPixels: pixels', pixels, 'Uint8Array');
  const real = new Float32Array(pixels.length);
  levels(preprocessing).forEach((table, c, { length }) => {
    for (let i = c; i < pixels.length; i += length) real[i] = table[pixels[i]];
  });
  return real;
}
