import { ADD_MULTIPLIER, ADD_SHIFT, ADD_TABLE_X, ADD_TABLE_X2, ADD_Y_MAX, ADD_Y_MIN } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { requantize } from "../requantize";

/**
 * Sum of two tensors of any scales.
 *
 *   y = clamp(requantize(tableX[x] + tableX2[x2]) + yZeroPoint, yMin, yMax)
 *
 *   tableX, tableX2  i32 [256], indexed by the byte: the operand's term at 2^20 times the output's resolution
 *   x, y             i8 rows of one shape; y may be x's own row
 *   x2               i8 the same shape, or 1 along any of its axes, repeated there
 *
 * The two terms are below 2^28 each, so their sum fits int32. Four sums are requantised at a time, all by one shift;
 * there the first rounding is (sum · multiplier + 2^30) >> 31 and the second adds half, less one below zero, before
 * its shift. Reads and writes nothing beyond the operands. Same numbers as src/ops/add.ts.
 */
export function add(
  s: usize,
  x: usize,
  x2: usize,
  y: usize,
  xRows: usize,
  x2Rows: usize,
  yRows: usize,
  rows: i32,
  data: usize,
): void {
  const tableX = data + load<u32>(s, ADD_TABLE_X),
    tableX2 = data + load<u32>(s, ADD_TABLE_X2);
  let width = widthOf(y),
    channels = channelsOf(y);
  const single = channelsOf(x2) == 1 && channels > 1;
  const repeated = widthOf(x2) == 1 && width > 1;
  let xStep = pixelStrideOf(x),
    x2Step: usize = repeated ? 0 : pixelStrideOf(x2),
    yStep = pixelStrideOf(y);
  const dense = <usize>channels;
  if (!single && xStep == dense && yStep == dense && x2Step == dense) {
    channels *= width;
    width = 1;
  }
  for (let r = 0; r < rows; r++) {
    const at = (<usize>r) << 2;
    let a = load<usize>(xRows + at) + originOf(x);
    let b = load<usize>(x2Rows + at) + originOf(x2);
    let out = load<usize>(yRows + at) + originOf(y);
    for (let p = 0; p < width; p++) {
      run(s, a, b, out, channels, single, tableX, tableX2, zeroPointOf(y));
      a += xStep;
      b += x2Step;
      out += yStep;
    }
  }
}

/** `count` neighbouring values; `single`: the one value at b for all of them. */
function run(
  s: usize,
  a: usize,
  b: usize,
  out: usize,
  count: i32,
  single: bool,
  tableX: usize,
  tableX2: usize,
  zeroPoint: i32,
): void {
  const multiplier = load<i32>(s, ADD_MULTIPLIER),
    shift = load<i32>(s, ADD_SHIFT);
  const low = load<i32>(s, ADD_Y_MIN),
    high = load<i32>(s, ADD_Y_MAX);
  const step: usize = single ? 0 : 1;
  let i = 0;
  if (ASC_FEATURE_SIMD) {
    const right = -shift;
    if (right > 0) {
      const m = i32x4.splat(multiplier),
        nudge = i64x2.splat(1 << 30),
        half = i32x4.splat(1 << (right - 1));
      const zero = i32x4.splat(zeroPoint),
        min = i32x4.splat(low),
        max = i32x4.splat(high);
      for (; i + 4 <= count; i += 4) {
        let sum = i32x4.splat(
          load<i32>(tableX + ((<usize>load<u8>(a)) << 2)) + load<i32>(tableX2 + ((<usize>load<u8>(b)) << 2)),
        );
        b += step;
        sum = i32x4.replace_lane(
          sum,
          1,
          load<i32>(tableX + ((<usize>load<u8>(a, 1)) << 2)) + load<i32>(tableX2 + ((<usize>load<u8>(b)) << 2)),
        );
        b += step;
        sum = i32x4.replace_lane(
          sum,
          2,
          load<i32>(tableX + ((<usize>load<u8>(a, 2)) << 2)) + load<i32>(tableX2 + ((<usize>load<u8>(b)) << 2)),
        );
        b += step;
        sum = i32x4.replace_lane(
          sum,
          3,
          load<i32>(tableX + ((<usize>load<u8>(a, 3)) << 2)) + load<i32>(tableX2 + ((<usize>load<u8>(b)) << 2)),
        );
        b += step;
        const p0 = i64x2.shr_s(i64x2.add(i64x2.extmul_low_i32x4_s(sum, m), nudge), 31);
        const p1 = i64x2.shr_s(i64x2.add(i64x2.extmul_high_i32x4_s(sum, m), nudge), 31);
        const t = i32x4.shuffle(p0, p1, 0, 2, 4, 6);
        let v = i32x4.shr_s(i32x4.add(i32x4.add(t, half), i32x4.shr_s(t, 31)), right);
        v = i32x4.min_s(i32x4.max_s(i32x4.add(v, zero), min), max);
        const n = i16x8.narrow_i32x4_s(v, v);
        v128.store32_lane(out, i8x16.narrow_i16x8_s(n, n), 0);
        a += 4;
        out += 4;
      }
    }
  }
  for (; i < count; i++) {
    const sum = load<i32>(tableX + ((<usize>load<u8>(a)) << 2)) + load<i32>(tableX2 + ((<usize>load<u8>(b)) << 2));
    store<i8>(out, min(max(requantize(sum, multiplier, shift) + zeroPoint, low), high));
    a++;
    b += step;
    out++;
  }
}
