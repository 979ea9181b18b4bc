import { LiteBlockError } from '../../format/errors.ts';
import { findEndRecord, recordBytes, signatures, viewOf } from './records.ts';

/** One file of an archive, as its directory has it. Its bytes lie at `start`, behind its local header. */
export interface ZipRecord {
  readonly name: string;
  readonly method: 'stored' | 'deflated';
  readonly size: number;
  readonly packed: number;
  readonly crc: number;
  readonly start: number;
}

/** An archive of PyTorch has one file for each tensor. */
const mostEntries = 100_000;

/**
 * The files of a zip archive by name, folders left out. Throws file-truncated or file-invalid where the directory is not
 * there or contradicts the archive, and file-invalid for names that leave the archive's folder, links, encrypted files and
 * other ways of packing than deflate.
 */
export function readDirectory(bytes: Uint8Array, source: string): ReadonlyMap<string, ZipRecord> {
  const reader = new Reader(bytes, source);
  const { entries, offset, end } = findDirectory(reader);
  if (entries > mostEntries) throw reader.invalid(`it has ${entries} files (at most ${mostEntries})`);
  const records = new Map<string, ZipRecord>();
  let at = offset;
  for (let i = 0; i < entries; i++) {
    if (at + recordBytes.entry > end || reader.u32(at) !== signatures.entry) {
      throw reader.invalid(`its directory ends after ${i} of ${entries} files`);
    }
    const { name, record, next } = readEntry(reader, at, end);
    if (record) {
      if (records.has(name)) throw reader.invalid(`it has the file ${shown(name)} twice`);
      records.set(name, record);
    }
    at = next;
  }
  return records;
}

/** Numbers of an archive, all of them within it. */
class Reader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #source: string;

  constructor(bytes: Uint8Array, source: string) {
    this.bytes = bytes;
    this.#view = viewOf(bytes);
    this.#source = source;
  }

  invalid(what: string): LiteBlockError {
    return new LiteBlockError('file-invalid', `${this.#source}: this zip archive is damaged or not safe: ${what}`);
  }

  u16(at: number): number {
    this.#check(at, 2);
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    this.#check(at, 4);
    return this.#view.getUint32(at, true);
  }

  u64(at: number): number {
    this.#check(at, 8);
    return Number(this.#view.getBigUint64(at, true));
  }

  #check(at: number, count: number): void {
    if (at >= 0 && at + count <= this.bytes.length) return;
    throw new LiteBlockError('file-truncated', `${this.#source}: the zip archive ends before its directory does`);
  }
}

interface Directory {
  readonly entries: number;
  readonly offset: number;
  readonly end: number;
}

function findDirectory(reader: Reader): Directory {
  const end = findEndRecord(reader.bytes);
  if (end === undefined) {
    throw reader.invalid('it has no directory at its end: the file may be cut off');
  }
  const [entries, offset] = [reader.u16(end + 10), reader.u32(end + 16)];
  const locator = end - recordBytes.locator;
  if (locator < 0 || reader.u32(locator) !== signatures.locator) return { entries, offset, end };
  const at = reader.u64(locator + 8);
  if (at + recordBytes.end64 > locator || reader.u32(at) !== signatures.end64) {
    throw reader.invalid('its 64-bit directory is not where it should be');
  }
  return { entries: reader.u64(at + 32), offset: reader.u64(at + 48), end: at };
}

/** Unix, in the upper byte of the version that an entry was made by. */
const unix = 3;
const linkMode = 0o120000;
const kindOfMode = 0o170000;
const encrypted = 1;

/** One entry of the directory, and where the next begins. A folder has no record. */
function readEntry(reader: Reader, at: number, end: number) {
  const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((field) => reader.u16(at + field)) as [
    number,
    number,
    number,
  ];
  const extra = at + recordBytes.entry + nameBytes;
  const next = extra + extraBytes + commentBytes;
  if (next > end) throw reader.invalid('an entry of its directory is longer than that');
  const name = decoded(reader, at + recordBytes.entry, nameBytes);
  checkName(reader, name);
  const mode = reader.u16(at + 4) >> 8 === unix ? reader.u32(at + 38) >>> 16 : 0;
  if ((mode & kindOfMode) === linkMode) throw reader.invalid(`${shown(name)} is a link`);
  if (reader.u16(at + 8) & encrypted) throw reader.invalid(`${shown(name)} is encrypted`);
  if (name.endsWith('/')) return { name, next };
  const sizes = sizesOf(reader, at, extra, extraBytes);
  const method = methodOf(reader, reader.u16(at + 10), name);
  const { size, packed, offset } = sizes;
  if (method === 'stored' && size !== packed) {
    throw reader.invalid(`${shown(name)} is stored in ${packed} bytes and has ${size}`);
  }
  if (offset + recordBytes.local > reader.bytes.length || reader.u32(offset) !== signatures.local) {
    throw reader.invalid(`${shown(name)} is not where the directory says it is`);
  }
  const localName = reader.u16(offset + 26);
  const start = offset + recordBytes.local + localName + reader.u16(offset + 28);
  if (decoded(reader, offset + recordBytes.local, localName) !== name) {
    throw reader.invalid(`${shown(name)} has another name where its bytes lie`);
  }
  if (start + packed > reader.bytes.length) throw reader.invalid(`${shown(name)} ends after the end of the archive`);
  const record: ZipRecord = { name, method, size, packed, crc: reader.u32(at + 16), start };
  return { name, record, next };
}

function methodOf(reader: Reader, method: number, name: string): ZipRecord['method'] {
  if (method === 0) return 'stored';
  if (method === 8) return 'deflated';
  throw reader.invalid(`${shown(name)} is packed by method ${method} (0, stored, or 8, deflated)`);
}

/** Sizes and offset; those that do not fit 32 bits stand in the extra field with the id 1, in this order. */
function sizesOf(reader: Reader, at: number, extra: number, extraBytes: number) {
  const short = { size: reader.u32(at + 24), packed: reader.u32(at + 20), offset: reader.u32(at + 42) };
  let field = extra;
  while (field + 4 <= extra + extraBytes && reader.u16(field) !== 1) field += 4 + reader.u16(field + 2);
  const has = field + 4 <= extra + extraBytes;
  let wide = field + 4;
  const fieldEnd = has ? Math.min(wide + reader.u16(field + 2), extra + extraBytes) : 0;
  const full = (value: number): number => {
    if (value !== 0xffffffff || wide + 8 > fieldEnd) return value;
    wide += 8;
    return reader.u64(wide - 8);
  };
  return { size: full(short.size), packed: full(short.packed), offset: full(short.offset) };
}

function decoded(reader: Reader, at: number, count: number): string {
  return new TextDecoder().decode(reader.bytes.subarray(at, at + count));
}

/** Nothing is ever unpacked to a disk. A name that would leave its folder there shows that the archive is made to do harm. */
function checkName(reader: Reader, name: string): void {
  const bad =
    name === '' ||
    /^[/\\]|^[A-Za-z]:|\0|\\/.test(name) ||
    name.split('/').some((part) => part === '..' || part === '.');
  if (bad) throw reader.invalid(`the name ${shown(name)} leaves its folder`);
}

/** A name in a message. */
const shown = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
