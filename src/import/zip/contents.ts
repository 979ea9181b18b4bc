import { crc32 } from '../../format/crc32.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { ZipRecord } from './directory.ts';
import { inflated } from './inflate.ts';

/** The bytes of one file of an archive. Throws file-invalid where they are not as many as the directory says, or not those. */
export function contentsOf(archive: Uint8Array, record: ZipRecord, source: string): Uint8Array {
  const { name, method, size, crc, start, packed } = record;
  const invalid = (what: string, cause?: unknown) =>
    new LiteBlockError('file-invalid', `${source}: ${name}: ${what}`, [], { cause });
  const raw = archive.subarray(start, start + packed);
  let bytes = raw;
  if (method === 'deflated') {
    try {
      bytes = inflated(raw, size, () => new Error(`there are more than the ${size} that the directory says`));
    } catch (cause) {
      throw invalid(`its deflated bytes are damaged: ${(cause as Error).message}`, cause);
    }
  }
  if (bytes.length !== size) throw invalid(`it has ${bytes.length} bytes, the directory says ${size}`);
  if (crc32(bytes) !== crc) throw invalid('its bytes are not those of its CRC-32');
  return bytes;
}
