import { SLICE_FIRST_CHANNEL, SLICE_FIRST_COLUMN } from "../instructions";
import { channelsOf, elementBytesOf, originOf, pixelStrideOf, widthOf } from "../operand";

/**
 * Copies a part of each row: y begins at column firstColumn, channel firstChannel of x. The part's rows come by padTop,
 * which is minus the rows left out above it.
 *
 *   x, y  elements of one size, rows by address; the part lies inside x (assembly/check.ts)
 *
 * Reads and writes nothing beyond the part. Same bytes as src/ops/slice.ts.
 */
export function slice(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32): void {
  const width = widthOf(y),
    channels = <usize>channelsOf(y) * elementBytesOf(y);
  const pixel = pixelStrideOf(x),
    yPixel = pixelStrideOf(y);
  const channel = <usize>load<u32>(s, SLICE_FIRST_CHANNEL) * elementBytesOf(x);
  const first = originOf(x) + <usize>load<u32>(s, SLICE_FIRST_COLUMN) * pixel + channel;
  const dense = channels == pixel && channels == yPixel;
  for (let r = 0; r < rows; r++) {
    let at = load<usize>(xRows + ((<usize>r) << 2)) + first;
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    if (dense) {
      memory.copy(out, at, <usize>width * channels);
      continue;
    }
    for (let p = 0; p < width; p++) {
      memory.copy(out, at, channels);
      at += pixel;
      out += yPixel;
    }
  }
}
