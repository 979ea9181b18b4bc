/**
 * A map of numbers and switches, as custom operators have their options: FlexBuffers' format (flatbuffers.dev, "FlexBuffers").
 * The library's own reader mixes integers of 64 bits with others, and does not look up a key.
 */

/** Types of values, by number. */
const types = {
  null: 0,
  int: 1,
  uint: 2,
  float: 3,
  indirectInt: 6,
  indirectUint: 7,
  indirectFloat: 8,
  map: 9,
  bool: 26,
};

/** Options of an operator are a dozen. */
const mostEntries = 256;

/** Values by key; those that are neither numbers nor switches are left out. Throws a RangeError for other bytes. */
export function flexbufferMap(bytes: Uint8Array): ReadonlyMap<string, number | boolean> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length;
  if (end < 3) throw new RangeError(`${end} bytes`);
  const rootWidth = view.getUint8(end - 1);
  const rootType = view.getUint8(end - 2);
  if (rootType >> 2 !== types.map) throw new RangeError(`type ${rootType >> 2}; expected a map`);
  const width = 1 << (rootType & 3);
  const values = behind(view, end - 2 - rootWidth, rootWidth);
  const keysWidth = unsigned(view, values - 2 * width, width);
  const length = unsigned(view, values - width, width);
  if (length > mostEntries) throw new RangeError(`${length} entries`);
  const keys = behind(view, values - 3 * width, width);
  const map = new Map<string, number | boolean>();
  for (let i = 0; i < length; i++) {
    const key = textAt(bytes, behind(view, keys + i * keysWidth, keysWidth));
    const packed = view.getUint8(values + length * width + i);
    const value = valueAt(view, values + i * width, width, packed);
    if (value !== undefined) map.set(key, value);
  }
  return map;
}

/** Offsets lead back from where they stand. */
const behind = (view: DataView, at: number, width: number): number => at - unsigned(view, at, width);

function unsigned(view: DataView, at: number, width: number): number {
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at, true);
  if (width === 4) return view.getUint32(at, true);
  if (width === 8) return Number(view.getBigUint64(at, true));
  throw new RangeError(`numbers of ${width} bytes`);
}

function signed(view: DataView, at: number, width: number): number {
  if (width === 8) return Number(view.getBigInt64(at, true));
  const unused = 32 - 8 * width;
  return (unsigned(view, at, width) << unused) >> unused;
}

function float(view: DataView, at: number, width: number): number {
  if (width === 4) return view.getFloat32(at, true);
  if (width === 8) return view.getFloat64(at, true);
  throw new RangeError(`real numbers of ${width} bytes`);
}

function valueAt(view: DataView, at: number, width: number, packed: number): number | boolean | undefined {
  const type = packed >> 2;
  const own = 1 << (packed & 3);
  if (type === types.bool) return unsigned(view, at, width) !== 0;
  if (type === types.int) return signed(view, at, width);
  if (type === types.uint) return unsigned(view, at, width);
  if (type === types.float) return float(view, at, width);
  if (type === types.indirectInt) return signed(view, behind(view, at, width), own);
  if (type === types.indirectUint) return unsigned(view, behind(view, at, width), own);
  if (type === types.indirectFloat) return float(view, behind(view, at, width), own);
  return undefined;
}

/** Keys end with a zero byte. */
function textAt(bytes: Uint8Array, at: number): string {
  const end = bytes.indexOf(0, at);
  if (at < 0 || end < 0) throw new RangeError(`a key at byte ${at}`);
  return new TextDecoder().decode(bytes.subarray(at, end));
}
