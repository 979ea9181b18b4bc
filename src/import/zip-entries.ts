import { entryLengths, findEndRecord, recordBytes, signatures, viewOf } from './zip/records.ts';

/** More than are needed to tell what an archive is. */
const mostEntries = 100_000;

/** Names of the files in a zip archive, the first 100,000, by its directory. None where the archive is damaged. */
export function zipEntries(bytes: Uint8Array): string[] {
  const end = findEndRecord(bytes);
  if (end === undefined) return [];
  const view = viewOf(bytes);
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  while (names.length < mostEntries && at + recordBytes.entry <= end && view.getUint32(at, true) === signatures.entry) {
    const [name, extra, comment] = entryLengths(view, at);
    const start = at + recordBytes.entry;
    names.push(new TextDecoder().decode(bytes.subarray(start, start + name)));
    at = start + name + extra + comment;
  }
  return names;
}
