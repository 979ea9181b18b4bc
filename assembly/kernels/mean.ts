import { MEAN_AXES, MEAN_MULTIPLIER, MEAN_SHIFT, MEAN_Y_MAX, MEAN_Y_MIN } from "../instructions";
import { channelsOf, heightOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { requantize } from "../requantize";

/**
 * Mean over height and width (axes 0: every row of x, one pixel of y) or over channels (axes 1: row by row).
 *
 *   y = clamp(requantize(Σ (x − xZeroPoint)) + yZeroPoint, yMin, yMax)     the division is part of the multiplier
 *
 * The packer has checked that 255 times the number of cells is below 2^31. Same numbers as src/ops/mean.ts.
 */
export function mean(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32): void {
  const channels = channelsOf(x), width = widthOf(x);
  const pixel = pixelStrideOf(x);
  const overChannels = load<i32>(s, MEAN_AXES) == 1;
  if (overChannels) {
    for (let r = 0; r < rows; r++) {
      let at = load<usize>(xRows + (<usize>r << 2)) + originOf(x);
      let out = load<usize>(yRows + (<usize>r << 2)) + originOf(y);
      for (let p = 0; p < width; p++) {
        let sum = 0;
        for (let c = 0; c < channels; c++) sum += <i32>load<i8>(at + c);
        put(s, x, y, out, sum, channels);
        at += pixel;
        out += pixelStrideOf(y);
      }
    }
    return;
  }
  const height = heightOf(x);
  const run = <usize>width * pixel;
  const out = load<usize>(yRows) + originOf(y);
  let c = 0;
  if (ASC_FEATURE_SIMD) {
    for (; c + 8 <= channels; c += 8) {
      let lo = i32x4.splat(0), hi = lo;
      for (let r = 0; r < height; r++) {
        const row = load<usize>(xRows + (<usize>r << 2)) + originOf(x) + c;
        const end = row + run;
        for (let p = row; p < end; p += pixel) {
          const v = v128.load8x8_s(p);
          lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(v));
          hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(v));
        }
      }
      const cells = height * width;
      put(s, x, y, out + c, i32x4.extract_lane(lo, 0), cells);
      put(s, x, y, out + c + 1, i32x4.extract_lane(lo, 1), cells);
      put(s, x, y, out + c + 2, i32x4.extract_lane(lo, 2), cells);
      put(s, x, y, out + c + 3, i32x4.extract_lane(lo, 3), cells);
      put(s, x, y, out + c + 4, i32x4.extract_lane(hi, 0), cells);
      put(s, x, y, out + c + 5, i32x4.extract_lane(hi, 1), cells);
      put(s, x, y, out + c + 6, i32x4.extract_lane(hi, 2), cells);
      put(s, x, y, out + c + 7, i32x4.extract_lane(hi, 3), cells);
    }
  }
  for (; c < channels; c++) {
    let sum = 0;
    for (let r = 0; r < height; r++) {
      const row = load<usize>(xRows + (<usize>r << 2)) + originOf(x) + c;
      const end = row + run;
      for (let p = row; p < end; p += pixel) sum += <i32>load<i8>(p);
    }
    put(s, x, y, out + c, sum, height * width);
  }
}

function put(s: usize, x: usize, y: usize, at: usize, sum: i32, cells: i32): void {
  const acc = sum - cells * zeroPointOf(x);
  const q = requantize(acc, load<i32>(s, MEAN_MULTIPLIER), load<i32>(s, MEAN_SHIFT)) + zeroPointOf(y);
  store<i8>(at, min(max(q, load<i32>(s, MEAN_Y_MIN)), load<i32>(s, MEAN_Y_MAX)));
}
