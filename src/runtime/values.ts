import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import { kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { InterfaceEntry } from '../format/model-file.ts';
import { arrayOf, type Values, valuesPerImage } from '../format/values.ts';

/** Values that inputs have: quantised, or real ones for an `f32` tensor. */
export type InputValues = Values<'i8' | 'u8' | 'f32'>;

/** Input 0 "image" (1×96×96×3 i8): for messages. */
export const describeEntry = (
  kind: 'input' | 'output',
  i: number,
  { name, shape, dtype }: Omit<InterfaceEntry, 'operand'>,
): string => `${kind} ${i} "${name}" (${[...shape, ''].join('×').slice(0, -1)}${shape.length > 0 ? ' ' : ''}${dtype})`;

/**
 * q = clamp(roundHalfAway(x / scale) + zeroPoint), the division in float32, as TFLite quantises an input. Infinities
 * clamp. Throws where a value is not a number.
 */
export function quantize(
  values: Float32Array,
  entry: Omit<InterfaceEntry, 'operand'>,
  name: string,
): Values<'i8' | 'u8'> {
  const { dtype, scale, zeroPoint } = entry;
  const [min, max] = dtype === 'i8' ? [-128, 127] : [0, 255];
  const quantized = new (arrayOf(dtype as 'i8' | 'u8'))(values.length);
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    if (Number.isNaN(x)) throw new LiteBlockError('input', `${name}: value ${i} is NaN`);
    quantized[i] = clamp(roundHalfAway(Math.fround(x / scale)) + zeroPoint, min, max);
  }
  return quantized;
}

/** The bytes that the engine is to be given for one input. Never a copy where the values are taken as they are. */
export function inputBytes(values: Values, entry: InterfaceEntry, i: number): Uint8Array {
  const name = describeEntry('input', i, entry);
  const wanted = arrayOf(entry.dtype).name;
  const kind = kindOf(values);
  const quantized = (entry.dtype === 'i8' || entry.dtype === 'u8') && entry.scale > 0;
  if (kind !== wanted && !(kind === 'Float32Array' && quantized)) {
    const real = quantized ? ' of quantised values or a Float32Array of float values' : '';
    throw new LiteBlockError('input', `${name}: expected ${wanted}${real}, got ${kind}`);
  }
  const perImage = valuesPerImage(entry);
  const images = values.length / perImage;
  if (images < 1 || !Number.isInteger(images) || (images > 1 && !entry.perImage)) {
    const which = entry.perImage ? 'for each image' : 'once for all images';
    throw new LiteBlockError('input', `${name}: expected ${perImage} values ${which}, got ${values.length}`);
  }
  const exact = kind === wanted ? values : quantize(values as Float32Array, entry, name);
  return new Uint8Array(exact.buffer, exact.byteOffset, exact.byteLength);
}

/** How many images the inputs hold; those given once do not count. Throws where inputs disagree. */
export function imageCount(entries: readonly InterfaceEntry[], bytes: readonly Uint8Array[]): number {
  const counts = entries.map((entry, i) => bytes[i].length / entry.imageBytes);
  const first = entries.findIndex((entry) => entry.perImage);
  if (first < 0) return 1;
  const other = entries.findIndex((entry, i) => entry.perImage && counts[i] !== counts[first]);
  if (other >= 0) {
    const each = [first, other].map((i) => `${counts[i]} in ${describeEntry('input', i, entries[i])}`);
    throw new LiteBlockError('input', `run: the inputs hold different numbers of images: ${each.join(', ')}`);
  }
  return counts[first];
}

/** A new array of the output's type for `images` images, and its bytes. Throws memory. */
export function newOutput(entry: InterfaceEntry, images: number): { values: Values; bytes: Uint8Array } {
  const size = images * entry.imageBytes;
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(size);
  } catch (cause) {
    const what = `the outputs of ${images} images have ${size} bytes, which cannot be allocated: run fewer images at once`;
    throw new LiteBlockError('memory', `run: ${what}`, [], { cause });
  }
  return { values: new (arrayOf(entry.dtype))(bytes.buffer), bytes };
}
