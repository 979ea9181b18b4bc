import { crc32 } from '../../format/crc32.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { inflated } from '../zip/inflate.ts';

/** Of the end record, and of the longest comment behind it. */
const endBytes = 22;
const mostCommentBytes = 65_535;

/** More than are in any archive that is read. */
const mostEntries = 4096;

const signatures = { local: 0x04034b50, entry: 0x02014b50, end: 0x06054b50 } as const;

/** A file of an archive, by the archive's directory. */
interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc: number;
  readonly packedBytes: number;
  readonly bytes: number;
  readonly at: number;
}

/** An archive whose directory is read, and none of its files yet. */
export interface Zip {
  readonly names: readonly string[];
  /**
   * The bytes of a file; undefined where there is none of this name. Throws 'file-invalid' for one that is damaged, encrypted,
   * packed in another way than deflate, or larger than `mostBytes`, of which no more are ever made.
   */
  read(name: string, mostBytes: number): Uint8Array | undefined;
}

/**
 * The zip archive at the end of `bytes`, in front of which anything may stand; undefined where there is none. Throws
 * 'file-invalid' where its directory does not have the entries that it counts.
 */
export function openZip(bytes: Uint8Array, source: string): Zip | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return undefined;
  const invalid = (what: string): LiteBlockError =>
    new LiteBlockError('file-invalid', `${source}: damaged: the zip archive at its end ${what}`);
  const count = view.getUint16(end + 10, true);
  const [directoryBytes, offset] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  const directory = end - directoryBytes;
  if (count > mostEntries) throw invalid(`has ${count} files (at most ${mostEntries})`);
  // Offsets count from the file's start, or from that of the archive.
  const shift = directory - offset;
  if (directory < 0 || shift < 0) throw invalid('has a directory that lies outside the file');
  const entries = new Map<string, ZipEntry>();
  let at = directory;
  for (let i = 0; i < count; i++) {
    if (at + 46 > end || view.getUint32(at, true) !== signatures.entry) {
      throw invalid(`has ${i} files in its directory, which counts ${count}`);
    }
    const entry = readEntry(view, bytes, at, shift);
    entries.set(entry.name, entry);
    at += 46 + [28, 30, 32].reduce((sum, field) => sum + view.getUint16(at + field, true), 0);
  }
  if (at !== end)
    throw invalid(`has a directory of ${directoryBytes} bytes, whose ${count} files take ${at - directory}`);
  return {
    names: [...entries.keys()],
    read(name, mostBytes) {
      const entry = entries.get(name);
      return entry && readFile(bytes, view, entry, mostBytes, (what) => invalid(`: "${name}" ${what}`));
    },
  };
}

function findEnd(view: DataView): number | undefined {
  const least = Math.max(0, view.byteLength - endBytes - mostCommentBytes);
  for (let at = view.byteLength - endBytes; at >= least; at--) {
    const isEnd = view.getUint32(at, true) === signatures.end;
    if (isEnd && at + endBytes + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return undefined;
}

function readEntry(view: DataView, bytes: Uint8Array, at: number, shift: number): ZipEntry {
  const nameBytes = view.getUint16(at + 28, true);
  return {
    name: new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameBytes)),
    method: view.getUint16(at + 10, true),
    encrypted: (view.getUint16(at + 8, true) & 1) === 1,
    crc: view.getUint32(at + 16, true),
    packedBytes: view.getUint32(at + 20, true),
    bytes: view.getUint32(at + 24, true),
    at: view.getUint32(at + 42, true) + shift,
  };
}

function readFile(
  bytes: Uint8Array,
  view: DataView,
  entry: ZipEntry,
  mostBytes: number,
  invalid: (what: string) => LiteBlockError,
): Uint8Array {
  const { at, method, encrypted, packedBytes, crc } = entry;
  if (encrypted) throw invalid('is encrypted (plain files)');
  if (method !== 0 && method !== 8) throw invalid(`is packed by the method ${method} (0, as it is, or 8, deflate)`);
  if (entry.bytes > mostBytes) throw invalid(`has ${entry.bytes} bytes (at most ${mostBytes})`);
  if (at + 30 > bytes.length || view.getUint32(at, true) !== signatures.local)
    throw invalid('does not begin where its directory says');
  const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
  if (start + packedBytes > bytes.length) throw invalid('ends beyond the file');
  const packed = bytes.subarray(start, start + packedBytes);
  const file = method === 0 ? packed : unpacked(packed, entry.bytes, invalid);
  if (file.length !== entry.bytes) throw invalid(`has ${file.length} bytes, its directory says ${entry.bytes}`);
  if (crc32(file) >>> 0 !== crc) throw invalid('does not have the checksum of its directory');
  return file;
}

function unpacked(packed: Uint8Array, size: number, invalid: (what: string) => LiteBlockError): Uint8Array {
  try {
    return inflated(packed, size, () => invalid(`is larger than the ${size} bytes that its directory says`));
  } catch (error) {
    throw error instanceof LiteBlockError ? error : invalid(`cannot be unpacked: ${(error as Error).message}`);
  }
}
