import { PAD_PAD_CHANNEL, PAD_PAD_LEFT } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";

/**
 * Copies rows into a larger frame of y's zero points: x lands at column padLeft, channel padChannel.
 *
 *   x  bytes, rows by address; a row of y above or below x has address 0
 *   y  bytes, dense pixels
 *
 * Same bytes as src/ops/pad.ts.
 */
export function pad(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32): void {
  const width = widthOf(x), channels = <usize>channelsOf(x);
  const pixel = pixelStrideOf(x), yPixel = pixelStrideOf(y);
  const yChannels = <usize>channelsOf(y);
  const inside = <usize>load<u32>(s, PAD_PAD_LEFT) * yPixel + load<u32>(s, PAD_PAD_CHANNEL);
  for (let r = 0; r < rows; r++) {
    let at = load<usize>(xRows + (<usize>r << 2));
    let out = load<usize>(yRows + (<usize>r << 2)) + originOf(y);
    let frame = out;
    for (let p = 0; p < widthOf(y); p++) {
      memory.fill(frame, <u8>zeroPointOf(y), yChannels);
      frame += yPixel;
    }
    if (at == 0) continue;
    at += originOf(x);
    out += inside;
    if (channels == pixel && channels == yPixel) {
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
