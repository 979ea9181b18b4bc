/** More than are needed to tell what an archive is. */
const mostEntries = 100_000;
/** Of the end record and the longest comment. */
const mostEndBytes = 22 + 65_535;

/** Names of the files in a zip archive, the first 100,000, by its directory. None where the archive is damaged. */
export function zipEntries(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - 22;
  const least = Math.max(0, bytes.length - mostEndBytes);
  while (end >= least && view.getUint32(end, true) !== 0x06054b50) end--;
  if (end < least) return [];
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  while (names.length < mostEntries && at + 46 <= end && view.getUint32(at, true) === 0x02014b50) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => view.getUint16(at + field, true)) as [
      number,
      number,
      number,
    ];
    names.push(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)));
    at += 46 + nameBytes + extraBytes + commentBytes;
  }
  return names;
}
