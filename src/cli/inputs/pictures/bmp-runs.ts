import type { BmpHeader } from './bmp-header.ts';
import { cutOff } from './limits.ts';

/**
 * Run-length coded pixels as a byte each, rows as they are stored. Pairs of bytes: (n, color) for n pixels, of RLE4 in two
 * colors by turns; (0, n ≥ 3) and n single pixels, filled up to an even number of bytes; (0, 0) ends a row, (0, 1) the picture,
 * (0, 2) and two bytes go on to the right and up. Pixels that are passed over have color 0. Throws file-truncated.
 */
export function readRuns(stored: Uint8Array, { width, height, bits }: BmpHeader, source: string): Uint8Array {
  const out = new Uint8Array(width * height);
  const four = bits === 4;
  let [x, y, at] = [0, 0, 0];
  const next = (): number => {
    const byte = stored[at++];
    if (byte === undefined) throw cutOff(source, 'a BMP whose runs have no end');
    return byte;
  };
  const put = (color: number): void => {
    // Some writers' runs go on to the end of the padded row.
    if (x < width) out[y * width + x] = color;
    x++;
  };
  while (y < height) {
    const [count, value] = [next(), next()];
    if (count > 0) {
      for (let i = 0; i < count; i++) put(four ? (i & 1 ? value & 15 : value >> 4) : value);
    } else if (value === 0) {
      x = 0;
      y++;
    } else if (value === 1) {
      break;
    } else if (value === 2) {
      x += next();
      y += next();
    } else {
      let byte = 0;
      for (let i = 0; i < value; i++) {
        if (!four || (i & 1) === 0) byte = next();
        put(four ? (i & 1 ? byte & 15 : byte >> 4) : byte);
      }
      const read = four ? (value + 1) >> 1 : value;
      if (read & 1) next();
    }
  }
  return out;
}
