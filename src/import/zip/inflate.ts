import { Inflate } from 'fflate';

/** Bytes that are inflated at once: deflate makes at most 1,032 bytes of one, so that a lie is found after 1 MB. */
const chunkBytes = 1_024;

/** Inflates to at most `size` bytes, and throws what `tooLong` gives where there are more. */
export function inflated(packed: Uint8Array, size: number, tooLong: () => Error): Uint8Array {
  const bytes = new Uint8Array(size);
  let length = 0;
  const stream = new Inflate((chunk) => {
    if (length + chunk.length > size) throw tooLong();
    bytes.set(chunk, length);
    length += chunk.length;
  });
  for (let at = 0; at < packed.length; at += chunkBytes) {
    stream.push(packed.subarray(at, at + chunkBytes), at + chunkBytes >= packed.length);
  }
  return bytes.subarray(0, length);
}
