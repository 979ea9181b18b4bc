/** Signatures of the records of a zip archive, and their bytes before names, extra fields and comments. */
export const signatures = {
  local: 0x04034b50,
  entry: 0x02014b50,
  end: 0x06054b50,
  end64: 0x06064b50,
  locator: 0x07064b50,
};
export const recordBytes = { local: 30, entry: 46, end: 22, end64: 56, locator: 20 };

/** The longest comment behind the end record. */
const mostCommentBytes = 65_535;

/** Numbers of an archive. What is read is within it. An array whose buffer was transferred has no bytes, and no view either. */
export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  byteLength === 0 ? new DataView(new ArrayBuffer(0)) : new DataView(buffer, byteOffset, byteLength);

/**
 * Where the end record of an archive begins: the last one in its bytes; undefined where there is none. `isWhole`: its comment ends
 * where the bytes do.
 */
export function findEndRecord(bytes: Uint8Array, isWhole = false): number | undefined {
  const view = viewOf(bytes);
  const last = bytes.length - recordBytes.end;
  for (let at = last; at >= Math.max(0, last - mostCommentBytes); at--) {
    if (view.getUint32(at, true) !== signatures.end) continue;
    if (!isWhole || at + recordBytes.end + view.getUint16(at + 20, true) === bytes.length) return at;
  }
  return undefined;
}

/** Bytes of the name, the extra field and the comment of the directory's entry at `at`, which is within the view. */
export const entryLengths = (view: DataView, at: number): readonly [name: number, extra: number, comment: number] => [
  view.getUint16(at + 28, true),
  view.getUint16(at + 30, true),
  view.getUint16(at + 32, true),
];
