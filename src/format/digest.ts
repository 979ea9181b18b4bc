import { crc32 } from './crc32.ts';

/** A known answer: the seed that an input grows from, and the CRC-32 of the output bytes that it must give. */
export interface Digest {
  readonly seed: number;
  readonly crc: number;
}

/** Any number but 0, from which xorshift32 never leaves. */
export const digestSeed = 0x9e3779b9;

/**
 * The seeded inputs, `sizes` bytes each: xorshift32 (13, 17, 5), the highest byte of each state, one stream for all inputs
 * in order. Bytes are those of the input's type, NHWC.
 */
export function digestInputs(seed: number, sizes: readonly number[]): Uint8Array[] {
  let state = seed | 0;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  };
  return sizes.map((size) => Uint8Array.from({ length: size }, next));
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
