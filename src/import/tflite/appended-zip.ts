import { crc32 } from '../../format/crc32.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { inflated } from '../zip/inflate.ts';
import { entryLengths, findEndRecord, recordBytes, signatures, viewOf } from '../zip/records.ts';

/** More than are in any archive that is read. */
const mostEntries = 4096;

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
  const end = findEndRecord(bytes, true);
  if (end === undefined) return undefined;
  const view = viewOf(bytes);
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
    if (at + recordBytes.entry > end || view.getUint32(at, true) !== signatures.entry) {
      throw invalid(`has ${i} files in its directory, which counts ${count}`);
    }
    const entry = readEntry(view, bytes, at, shift);
    entries.set(entry.name, entry);
    at += recordBytes.entry + entryLengths(view, at).reduce((sum, length) => sum + length, 0);
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

function readEntry(view: DataView, bytes: Uint8Array, at: number, shift: number): ZipEntry {
  const [nameBytes] = entryLengths(view, at);
  const start = at + recordBytes.entry;
  return {
    name: new TextDecoder().decode(bytes.subarray(start, start + nameBytes)),
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
  if (at + recordBytes.local > bytes.length || view.getUint32(at, true) !== signatures.local)
    throw invalid('does not begin where its directory says');
  const start = at + recordBytes.local + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
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
