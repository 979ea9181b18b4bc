import { roundHalfAway } from './fixed-point.ts';
import type { Preprocessing } from './model-file.ts';

/** The real value of each level of each channel that differs: (pixel − mean) / std as float32 arithmetic gives it. */
function levels({ mean, std }: Preprocessing): Float32Array[] {
  const channels = Math.max(mean.length, std.length);
  return Array.from({ length: channels }, (_, c) => {
    const [m, s] = [Math.fround(mean[c % mean.length] as number), Math.fround(std[c % std.length] as number)];
    return Float32Array.from({ length: 256 }, (_, pixel) => Math.fround(pixel - m) / s);
  });
}

/** Pixels, channels innermost, as the real input that the network was trained on. */
export function realOfPixels(pixels: Uint8Array, preprocessing: Preprocessing): Float32Array {
  const tables = levels(preprocessing);
  return Float32Array.from(pixels, (pixel, i) => (tables[i % tables.length] as Float32Array)[pixel] as number);
}

/** Pixels, channels innermost, as a quantised input: the real value over the scale, ties away from zero, clamped. */
export function quantizePixels(
  pixels: Uint8Array,
  preprocessing: Preprocessing,
  { scale, zeroPoint }: { readonly scale: number; readonly zeroPoint: number },
  dtype: 'i8' | 'u8',
): Int8Array | Uint8Array {
  const [least, most] = dtype === 'i8' ? [-128, 127] : [0, 255];
  const tables = levels(preprocessing).map((level) =>
    Array.from(level, (real) => Math.min(most, Math.max(least, roundHalfAway(real / scale) + zeroPoint))),
  );
  const output = dtype === 'i8' ? new Int8Array(pixels.length) : new Uint8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) {
    output[i] = (tables[i % tables.length] as number[])[pixels[i] as number] as number;
  }
  return output;
}
