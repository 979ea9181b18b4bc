import { LiteBlockError } from '../../format/errors.ts';
import type { ZipArchive } from '../zip/read-zip.ts';

/** The graph of a program in an archive of today. */
export const isCurrent = (name: string): boolean => /(^|\/)models\/[^/]+\.json$/.test(name);

/** The same in one of torch 2.6. */
export const isEarlier = (name: string): boolean => /(^|\/)serialized_exported_program\.json$/.test(name);

/** Whether names are those of an archive of `torch.export.save`. */
export const isProgram = (names: readonly string[]): boolean =>
  names.some((name) => isCurrent(name) || isEarlier(name));

/** The graph of mobileone_s0, of 440 convolutions and normalisations, has 2 MB. Parsed, a text may take 25 times its bytes. */
const mostTextBytes = 6 * 2 ** 20;

/** A text of an archive. Throws unsupported where it is larger than that of any network that runs here. */
export function readText(zip: ZipArchive, name: string): Uint8Array {
  const size = zip.sizeOf(name) ?? 0;
  if (size <= mostTextBytes) return zip.read(name);
  throw new LiteBlockError('unsupported', `${zip.source}: ${name} has ${size} bytes (at most ${mostTextBytes})`);
}
