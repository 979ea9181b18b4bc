import { ByteBuffer } from 'flatbuffers';
import { LiteBlockError } from '../../format/errors.ts';

/**
 * Checked reading over the library's ByteBuffer, which itself reads undefined bytes as 0 and follows any offset.
 * A place beyond the end of the file is 'file-truncated', a contradiction within it 'file-invalid'.
 */
interface FlatFile {
  readonly buffer: ByteBuffer;
  readonly bytes: Uint8Array;
  readonly source: string;
  /** Bytes that tables, vectors and strings may still take: parts of a hostile file overlap, and reading must end. */
  budget: number;
}

/** A table of a file: `at` is its byte offset, `vtable` that of the list of its fields. */
export interface FlatTable {
  readonly file: FlatFile;
  readonly at: number;
  readonly vtable: number;
  readonly vtableBytes: number;
}

const textDecoder = new TextDecoder();

/** Checks that a file is as long as it says, and counts the bytes against its budget. */
function claim(file: FlatFile, at: number, bytes: number): void {
  if (at < 0 || bytes < 0) throw invalid(file, `an offset leads to byte ${at}`);
  if (at + bytes > file.bytes.length) {
    throw new LiteBlockError(
      'file-truncated',
      `${file.source}: it ends at byte ${file.bytes.length}, but something in it lies at ${at}…${at + bytes}: truncated or damaged`,
    );
  }
  file.budget -= bytes;
  if (file.budget < 0) throw invalid(file, 'its parts overlap one another');
}

function invalid(file: FlatFile, what: string): LiteBlockError {
  return new LiteBlockError('file-invalid', `${file.source}: damaged: ${what}`);
}

/** The root table of a flatbuffer. */
export function openFlatbuffer(given: Uint8Array, source: string): FlatTable {
  // Node's Buffer has a `slice` that does not copy: nothing here shall meet one.
  const bytes = new Uint8Array(given.buffer, given.byteOffset, given.length);
  const file: FlatFile = { buffer: new ByteBuffer(bytes), bytes, source, budget: 8 * bytes.length + 65536 };
  claim(file, 0, 8);
  return tableAt(file, 0);
}

/** The table to which the offset at byte `at` leads. */
function tableAt(file: FlatFile, at: number): FlatTable {
  claim(file, at, 4);
  const start = at + file.buffer.readUint32(at);
  claim(file, start, 4);
  const vtable = start - file.buffer.readInt32(start);
  claim(file, vtable, 4);
  const vtableBytes = file.buffer.readUint16(vtable);
  if (vtableBytes < 4 || vtableBytes % 2 !== 0) throw invalid(file, `the table at byte ${start} has no list of fields`);
  claim(file, vtable, vtableBytes);
  return { file, at: start, vtable, vtableBytes };
}

/** Where field number `slot` of a table is; 0 when it is absent. `bytes` is its size. */
function fieldAt({ file, at, vtable, vtableBytes }: FlatTable, slot: number, bytes: number): number {
  const entry = 4 + slot * 2;
  if (entry + 2 > vtableBytes) return 0;
  const offset = file.buffer.readUint16(vtable + entry);
  if (offset === 0) return 0;
  claim(file, at + offset, bytes);
  return at + offset;
}

type Scalar = 'Int8' | 'Uint8' | 'Int32' | 'Uint32' | 'Float32';

const scalarBytes: Record<Scalar, number> = { Int8: 1, Uint8: 1, Int32: 4, Uint32: 4, Float32: 4 };

/** A scalar field, `otherwise` when the table or the field is absent, as the schema's default. */
export function scalar(table: FlatTable | undefined, slot: number, type: Scalar, otherwise = 0): number {
  if (!table) return otherwise;
  const at = fieldAt(table, slot, scalarBytes[type]);
  return at === 0 ? otherwise : table.file.buffer[`read${type}`](at);
}

/** A uint64 field; files and offsets in them stay far below 2^53. */
export function uint64(table: FlatTable, slot: number): number {
  const at = fieldAt(table, slot, 8);
  return at === 0 ? 0 : Number(table.file.buffer.readUint64(at));
}

export function table(parent: FlatTable, slot: number): FlatTable | undefined {
  const at = fieldAt(parent, slot, 4);
  return at === 0 ? undefined : tableAt(parent.file, at);
}

/** Start and length of a vector of elements of `size` bytes; undefined when it is absent. */
function vectorAt(parent: FlatTable, slot: number, size: number): { at: number; length: number } | undefined {
  const { file } = parent;
  const field = fieldAt(parent, slot, 4);
  if (field === 0) return undefined;
  const at = field + file.buffer.readUint32(field);
  claim(file, at, 4);
  const length = file.buffer.readUint32(at);
  claim(file, at + 4, length * size);
  return { at: at + 4, length };
}

function vector<T>(parent: FlatTable, slot: number, size: number, read: (at: number) => T): T[] {
  const found = vectorAt(parent, slot, size);
  return Array.from({ length: found?.length ?? 0 }, (_, i) => read((found?.at ?? 0) + i * size));
}

export const tables = (parent: FlatTable, slot: number): FlatTable[] =>
  vector(parent, slot, 4, (at) => tableAt(parent.file, at));

export const int32s = (parent: FlatTable, slot: number): number[] =>
  vector(parent, slot, 4, (at) => parent.file.buffer.readInt32(at));

/** int64 values as numbers: those of the schema (zero points) are small, and ranges are checked where they are used. */
export const int64s = (parent: FlatTable, slot: number): number[] =>
  vector(parent, slot, 8, (at) => Number(parent.file.buffer.readInt64(at)));

export const float32s = (parent: FlatTable, slot: number): number[] =>
  vector(parent, slot, 4, (at) => parent.file.buffer.readFloat32(at));

/** The bytes of a vector of elements of `size` bytes, not copied; none when it is absent. */
export function vectorBytes(parent: FlatTable, slot: number, size: number): Uint8Array {
  const { at, length } = vectorAt(parent, slot, size) ?? { at: 0, length: 0 };
  return parent.file.bytes.subarray(at, at + length * size);
}

/** The bytes of a vector or string, not copied; undefined when it is absent. */
export function bytesOf(parent: FlatTable, slot: number): Uint8Array | undefined {
  const found = vectorAt(parent, slot, 1);
  return found && parent.file.bytes.subarray(found.at, found.at + found.length);
}

export function text(parent: FlatTable, slot: number): string | undefined {
  const bytes = bytesOf(parent, slot);
  return bytes && textDecoder.decode(bytes);
}

/** Bytes beside the flatbuffer in the same file, where models of more than 2 GB keep their weights. */
export function bytesAt({ file }: FlatTable, at: number, length: number): Uint8Array {
  claim(file, at, length);
  return file.bytes.subarray(at, at + length);
}
