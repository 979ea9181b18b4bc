import { LiteBlockError } from '../../format/errors.ts';
import type { ProtoMessage } from './message.ts';
import { entryFields, tensorFields } from './schema.ts';

/**
 * Reads `bytes` bytes from `offset` on of a file that lies beside the model, or all that there are. `location` is a relative path
 * without "..". Throws a LiteBlockError that says what is wrong with the file, without the model's name. Absent: there are no such
 * files.
 */
export type ExternalData = ((location: string, offset: number, bytes: number | undefined) => Uint8Array) | undefined;

/** Bytes of a tensor that lie in a file of their own. Throws file-invalid or file-unreadable. */
export function externalBytes(message: ProtoMessage, what: string, read: ExternalData): Uint8Array {
  const entries = new Map(
    message
      .messages(tensorFields.externalData, 'external_data')
      .map((entry): [string, string] => [entry.text(entryFields.key) ?? '', entry.text(entryFields.value) ?? '']),
  );
  const invalid = (text: string) => new LiteBlockError('file-invalid', `${what}: ${text}`);
  const location = entries.get('location') ?? '';
  const fault = locationFault(location);
  const shown = JSON.stringify(location.slice(0, 100));
  if (fault) throw invalid(`its values lie in ${shown}, which ${fault} (a file in the folder of the model)`);
  const number = (key: string): number | undefined => {
    const text = entries.get(key);
    if (text === undefined) return undefined;
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isNaN(value))
      throw invalid(`the ${key} of its values in ${shown} is ${JSON.stringify(text.slice(0, 40))}`);
    return value;
  };
  const [offset = 0, bytes] = [number('offset'), number('length')];
  if (!read)
    throw invalid(`its values lie in ${shown}, and there is no folder to read it from (give the model as a file)`);
  let found: Uint8Array;
  try {
    found = read(location, offset, bytes);
  } catch (cause) {
    if (!(cause instanceof LiteBlockError)) throw cause;
    throw new LiteBlockError(cause.code, `${what}: ${cause.message}`, [], { cause });
  }
  if (bytes === undefined || found.length === bytes) return found;
  throw invalid(`its ${bytes} bytes from ${offset} on go beyond the end of ${shown}`);
}

function locationFault(location: string): string | undefined {
  if (location === '') return 'is empty';
  if (Array.from(location).some((letter) => letter < ' ')) return 'has control characters';
  if (/^[/\\]|^[A-Za-z]:|^\w+:\/\//.test(location)) return 'is not a relative path';
  return location.split(/[/\\]/).includes('..') ? 'leads out of the folder' : undefined;
}
