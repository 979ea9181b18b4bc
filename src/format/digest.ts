import { crc32 } from './crc32.ts';
import { arrayOf, type Values } from './values.ts';

/** A known answer: the seed that an input grows from, and the CRC-32 of the output bytes that it must give. */
export interface Digest {
  readonly seed: number;
  readonly crc: number;
}

/** Any number but 0, from which xorshift32 never leaves. */
export const digestSeed = 0x9e3779b9;

/** Runs in a row that a known answer is of: what is kept between them has to reach the outputs. */
export const answerRuns = (variables: number): number => (variables > 0 ? 4 : 1);

/** Types that inputs have. */
type InputType = 'i8' | 'u8' | 'f32';

export interface DigestInput {
  readonly dtype: InputType;
  /** Elements. */
  readonly size: number;
}

/**
 * The seeded inputs, NHWC: xorshift32 (13, 17, 5), one state an element, one stream for all inputs in order. A byte is the
 * highest of its state. A real number is the upper 24 bits, signed, over 2^23, times 2 to the power of the lowest three:
 * up to 128 in size, finite, exact in float32.
 */
export function digestInputs(seed: number, inputs: readonly DigestInput[]): Values<InputType>[] {
  let state = seed | 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  };
  const byte = (): number => next() >>> 24;
  const real = (): number => ((next() >> 8) / 2 ** 23) * (1 << (state & 7));
  return inputs.map(({ dtype, size }) => {
    const values = new (arrayOf(dtype))(size);
    for (let i = 0; i < size; i++) values[i] = dtype === 'f32' ? real() : byte();
    return values;
  });
}

/** The CRC-32 of all output bytes, outputs in order, NHWC. */
export function digestOf(outputs: readonly ArrayBufferView[]): number {
  const parts = outputs.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength));
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return crc32(all);
}
