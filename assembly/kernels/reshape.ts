import { channelsOf, originOf, pixelStrideOf, widthOf } from "../operand";

/**
 * The same elements in row-major order, in rows of another length. xRows holds every row of x.
 *
 *   first  the first output row of this step
 *
 * Same bytes as src/ops/reshape.ts.
 */
export function reshape(x: usize, y: usize, xRows: usize, yRows: usize, first: i32, rows: i32): void {
  const width = widthOf(x),
    channels = channelsOf(x);
  const skip = pixelStrideOf(x) - <usize>channels;
  const yWidth = widthOf(y),
    yChannels = channelsOf(y);
  const ySkip = pixelStrideOf(y) - <usize>yChannels;
  const element = first * yWidth * yChannels;
  const xRow = element / (width * channels);
  let column = (element - xRow * width * channels) / channels;
  let channel = element - (xRow * width + column) * channels;
  let table = xRows + ((<usize>xRow) << 2);
  let at = load<usize>(table) + originOf(x) + <usize>column * pixelStrideOf(x) + channel;
  for (let r = 0; r < rows; r++) {
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    for (let p = 0; p < yWidth; p++) {
      for (let c = 0; c < yChannels; c++) {
        if (channel == channels) {
          channel = 0;
          at += skip;
          if (++column == width) {
            column = 0;
            table += 4;
            at = load<usize>(table) + originOf(x);
          }
        }
        store<u8>(out, load<u8>(at));
        out++;
        at++;
        channel++;
      }
      out += ySkip;
    }
  }
}
