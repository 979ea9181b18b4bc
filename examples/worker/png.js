import { Unzlib } from 'fflate';
import { damaged, wrongType } from './http-error.js';
import { checkSize } from './limits.js';

// PNG decoders inflate whatever a file holds, a hundred thousand times its size if it wants. This one knows from the
// header how many bytes there must be and stops at the next; chunks that do not show (text, colour profiles) stay shut.

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const samplesOf = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
const depthsOf = { 0: [1, 2, 4, 8, 16], 2: [8, 16], 3: [1, 2, 4, 8], 4: [8, 16], 6: [8, 16] };

/** First column and row, and steps, of the passes of an interlaced image (Adam7). */
const adam7 = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/** The pixels of a PNG, RGBA with alpha left out of account. Throws 400, 413, 415 and 422. */
export function decodePng(bytes) {
  const { header, palette, data } = chunksOf(bytes);
  const { width, height, depth, colour } = header;
  const samples = samplesOf[colour];
  const passes = (header.interlace ? adam7 : [[0, 0, 1, 1]])
    .map(([x, y, dx, dy]) => ({
      x,
      y,
      dx,
      dy,
      columns: Math.ceil((width - x) / dx),
      rows: Math.ceil((height - y) / dy),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0)
    .map((pass) => ({ ...pass, rowBytes: (pass.columns * samples * depth + 7) >> 3 }));
  const rows = inflate(
    data,
    passes.reduce((sum, pass) => sum + pass.rows * (1 + pass.rowBytes), 0),
  );
  const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
  let at = 0;
  for (const { x, y, dx, dy, columns, rows: count, rowBytes } of passes) {
    let above = new Uint8Array(rowBytes);
    for (let row = 0; row < count; row++, at += 1 + rowBytes) {
      const line = rows.subarray(at + 1, at + 1 + rowBytes);
      unfilter(rows[at], line, above, (samples * depth + 7) >> 3);
      write(line, columns, { depth, colour, samples, palette }, rgba, ((y + row * dy) * width + x) * 4, dx * 4);
      above = line;
    }
  }
  return { data: rgba, width, height };
}

/** The header, the palette and the compressed pixels. */
function chunksOf(bytes) {
  if (signature.some((byte, i) => bytes[i] !== byte)) throw damaged('not a PNG: it does not begin like one');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = [];
  let header;
  let palette;
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length) break;
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw damaged(`PNG: the checksum of ${type} is wrong`);
    const contents = bytes.subarray(at + 8, end);
    if (!header) header = headerOf(type, contents);
    else if (type === 'PLTE') palette = contents;
    else if (type === 'IDAT') data.push(contents);
    else if (type === 'IEND') {
      if (header.colour === 3 && !palette) throw damaged('PNG: its palette is missing');
      return { header, palette, data };
    }
    at = end + 4;
  }
  throw damaged('PNG: it ends too early');
}

function headerOf(type, contents) {
  if (type !== 'IHDR' || contents.length !== 13) throw damaged('PNG: it does not begin with a header');
  const view = new DataView(contents.buffer, contents.byteOffset);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, colour, compression, filter, interlace] = contents.subarray(8);
  if (!depthsOf[colour]?.includes(depth) || compression > 0 || filter > 0 || interlace > 1) {
    throw wrongType(`a PNG of colour type ${colour} and depth ${depth}, which the format does not have`);
  }
  checkSize({ width, height });
  return { width, height, depth, colour, interlace };
}

/** Exactly `length` bytes. Little by little, since 1 byte may become 1,032: what is too much is noticed at once. */
function inflate(parts, length) {
  const out = new Uint8Array(length);
  let at = 0;
  const stream = new Unzlib((chunk) => {
    if (at + chunk.length > length) throw damaged('PNG: it has more pixels than its header says');
    out.set(chunk, at);
    at += chunk.length;
  });
  try {
    for (const part of parts) {
      for (let from = 0; from < part.length; from += 16384) stream.push(part.subarray(from, from + 16384));
    }
  } catch (cause) {
    throw cause.status ? cause : damaged(`PNG: its pixels cannot be decompressed: ${cause.message}`);
  }
  if (at < length) throw damaged('PNG: it has fewer pixels than its header says');
  return out;
}

/** Takes back the prediction of a row (PNG specification, 9.2), in place. `step` is the bytes of a pixel, at least 1. */
function unfilter(filter, row, above, step) {
  const { length } = row;
  if (filter === 1) for (let i = step; i < length; i++) row[i] += row[i - step];
  else if (filter === 2) for (let i = 0; i < length; i++) row[i] += above[i];
  else if (filter === 3) for (let i = 0; i < length; i++) row[i] += ((i < step ? 0 : row[i - step]) + above[i]) >> 1;
  else if (filter === 4) {
    for (let i = 0; i < length; i++) {
      const a = i < step ? 0 : row[i - step];
      const b = above[i];
      const c = i < step ? 0 : above[i - step];
      const pa = Math.abs(b - c);
      const pb = Math.abs(a - c);
      const pc = Math.abs(a + b - 2 * c);
      row[i] += pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
    }
  } else if (filter !== 0) throw damaged(`PNG: there is no filter ${filter}`);
}

/** A row of samples as RGBA, each pixel `step` bytes after the one before. Of 16 bits the upper 8 are taken. */
function write(row, columns, { depth, colour, samples, palette }, rgba, to, step) {
  if (colour === 3) return writeColours(row, columns, depth, palette, rgba, to, step);
  const bytes = depth >> 3;
  if (bytes === 0) {
    const scale = 255 / ((1 << depth) - 1);
    for (let i = 0, at = to; i < columns; i++, at += step) {
      rgba[at] = rgba[at + 1] = rgba[at + 2] = bits(row, i, depth) * scale;
    }
    return;
  }
  const next = samples > 2 ? bytes : 0;
  for (let i = 0, at = to, from = 0; i < columns; i++, at += step, from += samples * bytes) {
    rgba[at] = row[from];
    rgba[at + 1] = row[from + next];
    rgba[at + 2] = row[from + 2 * next];
  }
}

function writeColours(row, columns, depth, palette, rgba, to, step) {
  for (let i = 0, at = to; i < columns; i++, at += step) {
    const from = 3 * bits(row, i, depth);
    if (from + 3 > palette.length) throw damaged(`PNG: its palette has no colour ${from / 3}`);
    for (let c = 0; c < 3; c++) rgba[at + c] = palette[from + c];
  }
}

const bits = (row, i, depth) => (row[(i * depth) >> 3] >> (8 - depth - ((i * depth) & 7))) & ((1 << depth) - 1);

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]) & 0xff];
  return ~crc >>> 0;
}
