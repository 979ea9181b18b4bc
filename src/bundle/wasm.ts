/** A section of a WebAssembly module: its id and its contents, without the length before them. */
export interface Section {
  readonly id: number;
  readonly contents: Uint8Array;
}

/** Ids of the sections that a bundle is about. */
export const sectionIds = { import: 2, memory: 5, export: 7, data: 11, dataCount: 12 } as const;

/** '\0asm' and version 1. */
const preamble = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** Unsigned LEB128. */
export function leb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low | 128 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of an int32, as i32.const takes it. */
export function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value | 0; ; ) {
    const low = rest & 127;
    rest >>= 7;
    if ((rest === 0 && (low & 64) === 0) || (rest === -1 && (low & 64) !== 0)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** An unsigned LEB128 at `at`, and where it ends. Throws a RangeError where the bytes end first. */
export function readLeb(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte < 128) return { value, end: at + i + 1 };
  }
  throw new RangeError(`expected a number at byte ${at}`);
}

/** A signed LEB128 of an int32 at `at`, and where it ends. Throws a RangeError where the bytes end first. */
export function readSignedLeb(bytes: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  const { value, end } = readLeb(bytes, at);
  const bits = 7 * (end - at);
  return { value: bits < 32 && value >= 2 ** (bits - 1) ? value - 2 ** bits : value | 0, end };
}

export const isWasm = (bytes: Uint8Array): boolean => preamble.every((byte, i) => bytes[i] === byte);

/** The sections of a module in order. Throws a RangeError where they do not fill it. */
export function sectionsOf(module: Uint8Array): Section[] {
  if (!isWasm(module)) throw new RangeError('this is not a WebAssembly module of version 1');
  const sections: Section[] = [];
  for (let at = preamble.length; at < module.length; ) {
    const { value: size, end } = readLeb(module, at + 1);
    if (end + size > module.length) throw new RangeError(`the section at byte ${at} is cut off`);
    sections.push({ id: module[at], contents: module.subarray(end, end + size) });
    at = end + size;
  }
  return sections;
}

/** The names in an export section; none where it is damaged. */
export function exportsOf(contents: Uint8Array): string[] {
  const names: string[] = [];
  try {
    let { value: left, end: at } = readLeb(contents, 0);
    for (; left > 0 && at < contents.length; left--) {
      const { value: length, end } = readLeb(contents, at);
      names.push(new TextDecoder().decode(contents.subarray(end, end + length)));
      at = readLeb(contents, end + length + 1).end; // behind the kind and the index
    }
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  return names;
}

/** A module of these sections. */
export function moduleOf(sections: readonly Section[]): Uint8Array {
  const heads = sections.map(({ id, contents }) => [id, ...leb(contents.length)]);
  const bytes = new Uint8Array(
    sections.reduce((sum, { contents }, i) => sum + heads[i].length + contents.length, preamble.length),
  );
  bytes.set(preamble);
  let at = preamble.length;
  sections.forEach(({ contents }, i) => {
    bytes.set(heads[i], at);
    at += heads[i].length;
    bytes.set(contents, at);
    at += contents.length;
  });
  return bytes;
}
