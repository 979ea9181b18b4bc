import { Inflate } from 'fflate';
import { crc32 } from '../../format/crc32.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ZipRecord } from './directory.ts';

/** Bytes that are inflated at once: deflate makes at most 1,032 bytes of one, so that a lie is found after 17 MB. */
const chunkBytes = 2 ** 14;

/** The bytes of one file of an archive. Throws file-invalid where they are not as many as the directory says, or not those. */
export function contentsOf(archive: Uint8Array, record: ZipRecord, source: string): Uint8Array {
  const { name, method, size, crc, start, packed } = record;
  const invalid = (what: string, cause?: unknown) =>
    new LiteBlockError('file-invalid', `${source}: ${name}: ${what}`, [], { cause });
  const raw = archive.subarray(start, start + packed);
  let bytes = raw;
  if (method === 'deflated') {
    try {
      bytes = inflated(raw, size);
    } catch (cause) {
      throw invalid(`its deflated bytes are damaged: ${(cause as Error).message}`, cause);
    }
  }
  if (bytes.length !== size) throw invalid(`it has ${bytes.length} bytes, the directory says ${size}`);
  if (crc32(bytes) !== crc) throw invalid('its bytes are not those of its CRC-32');
  return bytes;
}

/** Inflates to `size` bytes, and stops where there would be more. */
function inflated(raw: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  const stream = new Inflate((chunk) => {
    if (at + chunk.length > size) throw new Error(`there are more than the ${size} that the directory says`);
    bytes.set(chunk, at);
    at += chunk.length;
  });
  for (let from = 0; from < raw.length; from += chunkBytes) {
    stream.push(raw.subarray(from, from + chunkBytes), from + chunkBytes >= raw.length);
  }
  return bytes.subarray(0, at);
}
