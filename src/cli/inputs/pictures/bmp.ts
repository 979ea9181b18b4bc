import type { Pixels } from '../../../runtime/image/resize.ts';
import { type BmpHeader, compressions, readBmpHeader } from './bmp-header.ts';
import { readRuns } from './bmp-runs.ts';
import { cutOff, damaged } from './limits.ts';

// The libraries of the registry that were tried (bmp-ts 1.0.9, fast-bmp 4.0.1, bmpimagejs 1.0.4) give other pixels than Pillow
// for palettes, 16 bits, odd widths of 4 bits or RLE, or refuse them.

/** True for what begins as a BMP does. */
export const isBmp = (bytes: Uint8Array): boolean => bytes[0] === 0x42 && bytes[1] === 0x4d;

/** The pixels of a BMP, RGB without alpha. Throws file-truncated, file-invalid and unsupported. */
export function decodeBmp(bytes: Uint8Array, source: string): Pixels {
  const header = readBmpHeader(bytes, source);
  const { width, height, bits, compression, offset } = header;
  const runs = compression === compressions.rle8 || compression === compressions.rle4;
  const rowBytes = Math.ceil((width * bits) / 32) * 4;
  if (offset > bytes.length || (!runs && bytes.length - offset < rowBytes * height)) {
    throw cutOff(source, `${bytes.length} bytes, ${offset + (runs ? 0 : rowBytes * height)} with all its pixels`);
  }
  const stored = bytes.subarray(offset);
  const data = new Uint8Array(width * height * 3);
  const row = rowReader(header, source);
  const indices = runs ? readRuns(stored, header, source) : undefined;
  for (let y = 0; y < height; y++) {
    const to = data.subarray((header.topDown ? y : height - 1 - y) * width * 3);
    if (indices) row(indices.subarray(y * width), 8, to);
    else row(stored.subarray(y * rowBytes), bits, to);
  }
  return { data, width, height };
}

/** Turns the pixels of a stored row, `bits` each, into RGB. */
type Row = (stored: Uint8Array, bits: number, to: Uint8Array) => void;

function rowReader(header: BmpHeader, source: string): Row {
  if (header.bits <= 8) return ofPalette(header, source);
  const [red, green, blue] = header.masks;
  return red === 0xff0000 && green === 0xff00 && blue === 0xff ? ofBytes(header) : ofMasks(header, source);
}

function ofBytes({ width, bits }: BmpHeader): Row {
  const step = bits >> 3;
  return (stored, _, to) => {
    for (let x = 0, from = 0, at = 0; x < width; x++, from += step, at += 3) {
      to[at] = stored[from + 2];
      to[at + 1] = stored[from + 1];
      to[at + 2] = stored[from];
    }
  };
}

function ofPalette({ width, palette, paletteStep }: BmpHeader, source: string): Row {
  const colors = palette.length / paletteStep;
  return (stored, bits, to) => {
    const mask = (1 << bits) - 1;
    for (let x = 0; x < width; x++) {
      const bit = x * bits;
      const index = (stored[bit >> 3] >> (8 - bits - (bit & 7))) & mask;
      if (index >= colors) throw damaged(source, `its palette has ${colors} colors, a pixel has color ${index}`);
      for (let c = 0; c < 3; c++) to[x * 3 + c] = palette[index * paletteStep + 2 - c];
    }
  };
}

/** A color as its lowest bit's value and the greatest number in its bits, which becomes 255. */
interface Field {
  readonly mask: number;
  readonly unit: number;
  readonly most: number;
}

function ofMasks({ width, masks, bits }: BmpHeader, source: string): Row {
  const fields = masks.map((mask): Field => {
    const unit = (mask & -mask) >>> 0;
    const most = unit === 0 ? 0 : mask / unit;
    if (most === 0 || (most & (most + 1)) !== 0 || most > 255 || mask >= 2 ** bits) {
      throw damaged(source, `masks of ${masks.map((each) => `0x${each.toString(16)}`).join(', ')} in ${bits} bits`);
    }
    return { mask, unit, most };
  });
  const step = bits >> 3;
  return (stored, _, to) => {
    for (let x = 0, at = 0; x < width; x++, at += step) {
      let value = stored[at] | (stored[at + 1] << 8);
      if (step > 2) value |= stored[at + 2] << 16;
      if (step > 3) value |= stored[at + 3] << 24;
      fields.forEach(({ mask, unit, most }, c) => {
        to[x * 3 + c] = ((((value & mask) >>> 0) / unit) * 255) / most; // the fraction is cut, as Pillow does
      });
    }
  };
}
