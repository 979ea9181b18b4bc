import {
  AVERAGE_POOL_PAD_LEFT,
  AVERAGE_POOL_STRIDE_W,
  AVERAGE_POOL_WINDOW_W,
  AVERAGE_POOL_Y_MAX,
  AVERAGE_POOL_Y_MIN,
  STAGE_STRIDE_H,
  STAGE_WINDOW_H,
} from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf } from "../operand";

/**
 * The mean of each window's valid cells: cells beyond the map count neither in the sum nor in the divisor.
 *
 *   y = clamp(round half away(Σ x / cells), yMin, yMax)     on raw values: x and y are quantised alike
 *
 *   x, y  i8 rows; a row beyond the map has address 0
 *
 * Sums fit int32 while a window has fewer than 2^24 cells. Reads up to 7 bytes beyond a pixel's channels.
 * Same numbers as src/ops/average-pool2d.ts.
 */
export function averagePool(s: usize, x: usize, y: usize, xRows: usize, yRows: usize, rows: i32): void {
  const channels = channelsOf(y),
    outWidth = widthOf(y),
    width = widthOf(x);
  const pixel = pixelStrideOf(x),
    yPixel = pixelStrideOf(y);
  const windowH = load<i32>(s, STAGE_WINDOW_H),
    windowW = load<i32>(s, AVERAGE_POOL_WINDOW_W);
  const strideW = load<i32>(s, AVERAGE_POOL_STRIDE_W),
    padLeft = load<i32>(s, AVERAGE_POOL_PAD_LEFT);
  const low = load<i32>(s, AVERAGE_POOL_Y_MIN),
    high = load<i32>(s, AVERAGE_POOL_Y_MAX);
  for (let r = 0; r < rows; r++) {
    const table = xRows + ((<usize>(r * load<i32>(s, STAGE_STRIDE_H))) << 2);
    let validRows = 0;
    for (let i = 0; i < windowH; i++) validRows += i32(load<usize>(table + ((<usize>i) << 2)) != 0);
    let out = load<usize>(yRows + ((<usize>r) << 2)) + originOf(y);
    for (let column = 0; column < outWidth; column++) {
      const from = max(column * strideW - padLeft, 0),
        to = min(column * strideW - padLeft + windowW, width);
      const cells = validRows * (to - from);
      const offset = originOf(x) + <usize>from * pixel;
      const run = <usize>(to - from) * pixel;
      let c = 0;
      if (ASC_FEATURE_SIMD) {
        for (; c < channels; c += 8) {
          let lo = i32x4.splat(0),
            hi = lo;
          for (let i = 0; i < windowH; i++) {
            const row = load<usize>(table + ((<usize>i) << 2));
            if (row == 0) continue;
            const end = row + offset + run + c;
            for (let p = row + offset + c; p < end; p += pixel) {
              const v = v128.load8x8_s(p);
              lo = i32x4.add(lo, i32x4.extend_low_i16x8_s(v));
              hi = i32x4.add(hi, i32x4.extend_high_i16x8_s(v));
            }
          }
          const left = channels - c;
          put(out + c, i32x4.extract_lane(lo, 0), cells, low, high);
          if (left > 1) put(out + c + 1, i32x4.extract_lane(lo, 1), cells, low, high);
          if (left > 2) put(out + c + 2, i32x4.extract_lane(lo, 2), cells, low, high);
          if (left > 3) put(out + c + 3, i32x4.extract_lane(lo, 3), cells, low, high);
          if (left > 4) put(out + c + 4, i32x4.extract_lane(hi, 0), cells, low, high);
          if (left > 5) put(out + c + 5, i32x4.extract_lane(hi, 1), cells, low, high);
          if (left > 6) put(out + c + 6, i32x4.extract_lane(hi, 2), cells, low, high);
          if (left > 7) put(out + c + 7, i32x4.extract_lane(hi, 3), cells, low, high);
        }
      } else {
        for (; c < channels; c++) {
          let sum = 0;
          for (let i = 0; i < windowH; i++) {
            const row = load<usize>(table + ((<usize>i) << 2));
            if (row == 0) continue;
            const end = row + offset + run + c;
            for (let p = row + offset + c; p < end; p += pixel) sum += <i32>load<i8>(p);
          }
          put(out + c, sum, cells, low, high);
        }
      }
      out += yPixel;
    }
  }
}

/** sum / cells to nearest, halves away from zero. */
function put(at: usize, sum: i32, cells: i32, low: i32, high: i32): void {
  const half = cells >> 1;
  store<i8>(at, min(max((sum > 0 ? sum + half : sum - half) / cells, low), high));
}
