import { LiteBlockError } from '../../format/errors.ts';
import { type NpyHeader, parseHeader } from './header.ts';

/** Arrays of numbers by NumPy's name of an element, without its byte order. */
const arrays = {
  u1: Uint8Array,
  i1: Int8Array,
  u2: Uint16Array,
  i2: Int16Array,
  u4: Uint32Array,
  i4: Int32Array,
  u8: BigUint64Array,
  i8: BigInt64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

export type NpyType = keyof typeof arrays;

const kinds: Readonly<Record<string, string>> = { u: 'uint', i: 'int', f: 'float' };

/** What NumPy calls the dtype in full: i8, in a file, is int64. */
export const dtypeOf = (type: NpyType): string => `${kinds[type.charAt(0)]}${8 * Number(type.charAt(1))}`;

/** An array of a `.npy`: row-major. */
export interface Npy {
  readonly type: NpyType;
  readonly shape: readonly number[];
  readonly data: InstanceType<(typeof arrays)[NpyType]>;
}

const magic = '\x93NUMPY';
/** Far above any header of numbers; NumPy itself refuses more than 10,000. */
const mostHeaderBytes = 65536;

/** True when `bytes` begin as a `.npy` does. */
export const isNpy = (bytes: Uint8Array): boolean => String.fromCharCode(...bytes.subarray(0, 6)) === magic;

/**
 * Reads a `.npy` of format 1, 2 or 3: little-endian numbers in C order, of exactly the bytes that its shape asks for. `source`
 * names the file in messages. Throws file-truncated, file-invalid, file-version or unsupported.
 */
export function readNpy(bytes: Uint8Array, source: string): Npy {
  const invalid = (what: string) => new LiteBlockError('file-invalid', `${source}: ${what}`);
  if (!isNpy(bytes)) throw invalid('it is not a .npy (np.save writes them)');
  const [major = 0, minor = 0] = bytes.subarray(6, 8);
  if (major < 1 || major > 3 || minor !== 0) {
    throw new LiteBlockError('file-version', `${source}: .npy format ${major}.${minor} (1.0, 2.0, 3.0)`);
  }
  const start = major === 1 ? 10 : 12;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < start) throw truncated(source, bytes.length, start);
  const headerBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (headerBytes > mostHeaderBytes) throw invalid(`a header of ${headerBytes} bytes (at most ${mostHeaderBytes})`);
  if (bytes.length < start + headerBytes) throw truncated(source, bytes.length, start + headerBytes);
  let header: NpyHeader;
  try {
    header = parseHeader(new TextDecoder().decode(bytes.subarray(start, start + headerBytes)));
  } catch (cause) {
    throw invalid((cause as Error).message);
  }
  return readData(bytes, start + headerBytes, header, source);
}

function readData(bytes: Uint8Array, start: number, { descr, fortranOrder, shape }: NpyHeader, source: string): Npy {
  const type = typeOf(descr, source);
  if (fortranOrder && shape.length > 1) {
    const how = 'np.ascontiguousarray(x) puts it into C order';
    throw new LiteBlockError('unsupported', `${source}: it is in Fortran order; ${how}`);
  }
  const elements = shape.reduce((product, size) => product * size, 1);
  const wanted = start + elements * arrays[type].BYTES_PER_ELEMENT;
  if (bytes.length < wanted) throw truncated(source, bytes.length, wanted);
  if (bytes.length > wanted) {
    const what = `${bytes.length} bytes, ${wanted} with its shape (${shape.join(', ')}): expected one array per file`;
    throw new LiteBlockError('file-invalid', `${source}: ${what}`);
  }
  // A copy, since data may begin anywhere; not by slice, which gives a view where the bytes are a Buffer.
  return { type, shape, data: new arrays[type](new Uint8Array(bytes.subarray(start)).buffer) };
}

function typeOf(descr: string, source: string): NpyType {
  const [, order, type = ''] = /^([<>|=])(.+)$/.exec(descr) ?? [];
  const known = Object.hasOwn(arrays, type) && (order === '<' || type.endsWith('1'));
  if (known) return type as NpyType;
  const what =
    order === '>'
      ? `big-endian (${descr}); x.astype(x.dtype.newbyteorder("<")) makes it little-endian`
      : `of type ${descr}; expected uint8, int8, float32 or other numbers of up to 64 bits, little-endian`;
  throw new LiteBlockError('unsupported', `${source}: it is ${what}`);
}

const truncated = (source: string, bytes: number, wanted: number): LiteBlockError =>
  new LiteBlockError('file-truncated', `${source}: ${bytes} bytes of ${wanted}: the file was cut off`);
