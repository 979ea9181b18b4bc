import { deflateSync, inflateSync } from 'node:zlib';
import { crc32 } from '../../../format/crc32.ts';
import { checkSize, cutOff, damaged } from './limits.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** True for what begins as a PNG does. */
export const isPng = (bytes: Uint8Array): boolean => signature.every((byte, i) => bytes[i] === byte);

/** Samples of a pixel, and bits that each may have, by color type: grey, color, palette, grey with alpha, color with alpha. */
const colorTypes: Readonly<Record<number, { readonly samples: number; readonly depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** First column and row, and steps, of the passes of an interlaced picture (Adam7). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly color: number;
  readonly interlaced: boolean;
}

/** Every `dx`th pixel from column `x` on in every `dy`th row from `y` on. */
export interface InterlacePass {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly columns: number;
  readonly rows: number;
}

/** What a PNG is made of: one pass, or several that are interlaced, each as a PNG of its own. */
export interface PngParts {
  readonly width: number;
  readonly height: number;
  readonly parts: readonly { readonly pass: InterlacePass; readonly bytes: Uint8Array }[];
}

/**
 * A PNG without what does not show in its pixels, alpha included, and with these stored as they are, once they unpacked to what
 * its header promises: a kilobyte may become a megabyte, in pixels or in a color profile. Node's zlib can be told where to stop,
 * and takes a quarter of the time of the decoder's own. Passes are apart, as the decoder (fast-png 8.0.0) fails on interlaced
 * pictures of less than 8 bits. Throws file-truncated, file-invalid and unsupported.
 */
export function partsOfPng(bytes: Uint8Array, source: string): PngParts {
  const { header, palette, packed } = chunksOf(bytes, source);
  const passes = passesOf(header).map((pass) => ({ pass, length: pass.rows * rowBytes(header, pass) }));
  const pixels = unpacked(
    packed,
    passes.reduce((sum, { length }) => sum + length, 0),
    source,
  );
  let at = 0;
  const parts = passes.map(({ pass, length }) => {
    const stored = deflateSync(pixels.subarray(at, at + length), { level: 0 });
    at += length;
    const chunks = [headerChunk(header, pass), ...palette, chunk('IDAT', stored), chunk('IEND', new Uint8Array(0))];
    return { pass, bytes: Buffer.concat([Uint8Array.from(signature), ...chunks]) };
  });
  return { width: header.width, height: header.height, parts };
}

function chunksOf(bytes: Uint8Array, source: string) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [palette, packed]: [Uint8Array[], Uint8Array[]] = [[], []];
  let header: Header | undefined;
  for (let at = 8; ; ) {
    const end = at + 12 <= bytes.length ? at + 12 + view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw cutOff(source, `${bytes.length} bytes of a PNG without an end`);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const contents = bytes.subarray(at + 8, end - 4);
    if (type === 'IHDR' || type === 'PLTE') {
      if (crc32(bytes.subarray(at + 4, end - 4)) !== view.getUint32(end - 4)) {
        throw damaged(source, `a PNG that is damaged: the checksum of ${type} is wrong`);
      }
    }
    header ??= readHeader(type, contents, source);
    if (type === 'PLTE' && header.color === 3) palette.push(bytes.subarray(at, end)); // others only suggest one
    if (type === 'IDAT') packed.push(contents); // its own checksum is inside
    if (type === 'IEND') {
      if (header.color === 3 && palette.length === 0) throw damaged(source, 'a PNG whose palette is missing');
      return { header, palette, packed };
    }
    at = end;
  }
}

const passesOf = ({ width, height, interlaced }: Header): InterlacePass[] =>
  (interlaced ? adam7 : ([[0, 0, 1, 1]] as const))
    .map(([x, y, dx, dy]) => ({
      ...{ x, y, dx, dy },
      columns: Math.ceil((width - x) / dx),
      rows: Math.ceil((height - y) / dy),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);

/** With the byte that says how the row is filtered. */
const rowBytes = ({ depth, color }: Header, { columns }: InterlacePass): number =>
  1 + Math.ceil((columns * colorTypes[color].samples * depth) / 8);

function headerChunk({ depth, color }: Header, { columns, rows }: InterlacePass): Uint8Array {
  const contents = Buffer.alloc(13);
  contents.writeUInt32BE(columns);
  contents.writeUInt32BE(rows, 4);
  contents.set([depth, color], 8);
  return chunk('IHDR', contents);
}

/** Without a checksum, which nobody asks for. */
function chunk(type: string, contents: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + contents.length);
  bytes.writeUInt32BE(contents.length);
  bytes.write(type, 4, 'latin1');
  bytes.set(contents, 8);
  return bytes;
}

function readHeader(type: string, contents: Uint8Array, source: string): Header {
  if (type !== 'IHDR' || contents.length !== 13) throw damaged(source, 'a PNG that does not begin with its header');
  const view = new DataView(contents.buffer, contents.byteOffset);
  const [width, height, depth, color] = [view.getUint32(0), view.getUint32(4), view.getUint8(8), view.getUint8(9)];
  if (!colorTypes[color]?.depths.includes(depth)) {
    throw damaged(source, `a PNG of color type ${color} and depth ${depth}, which the format does not have`);
  }
  checkSize(width, height, source);
  return { width, height, depth, color, interlaced: view.getUint8(12) > 0 };
}

function unpacked(packed: readonly Uint8Array[], wanted: number, source: string): Uint8Array {
  let rows: Uint8Array;
  try {
    rows = inflateSync(Buffer.concat(packed), { maxOutputLength: wanted });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR') throw cutOff(source, "a PNG's pixels without their end");
    const more = code === 'ERR_BUFFER_TOO_LARGE';
    throw damaged(source, more ? 'a PNG with more pixels than its header says' : `a PNG that is damaged: ${message}`);
  }
  if (rows.length < wanted) throw damaged(source, 'a PNG with fewer pixels than its header says');
  return rows;
}
