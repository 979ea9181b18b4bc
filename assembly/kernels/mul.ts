import { MUL_MULTIPLIER, MUL_SHIFT, MUL_Y_MAX, MUL_Y_MIN } from "../instructions";
import { channelsOf, originOf, pixelStrideOf, widthOf, zeroPointOf } from "../operand";
import { requantize } from "../requantize";
import { storeTail } from "../store";

/**
 * Product of two tensors of any scales.
 *
 *   y = clamp(requantize((x − xZeroPoint) · (x2 − x2ZeroPoint)) + yZeroPoint, yMin, yMax)
 *
 *   x, y  i8 rows of one shape; y may be x's own row, or x2's where it is as large
 *   x2    i8 the same shape, or one pixel, or one value, repeated
 *
 * Differences have 9 bits and products 17; a left shift may leave int32 and then wraps, as TFLite's does. The zero point
 * cannot take the result out of int32: a multiplier of float32 numbers is 2^31 − 128 at most. Eight at a time by one
 * shift: the first rounding is (product · multiplier + 2^30) >> 31, the second adds half, less one below zero, before
 * its shift. Reads up to 7 bytes beyond x and x2, writes nothing beyond y. Same numbers as src/ops/mul.ts.
 */
export function mul(
  s: usize,
  x: usize,
  x2: usize,
  y: usize,
  xRows: usize,
  x2Rows: usize,
  yRows: usize,
  rows: i32,
): void {
  let width = widthOf(y),
    channels = channelsOf(y);
  const single = channelsOf(x2) == 1 && channels > 1;
  const repeated = widthOf(x2) == 1 && width > 1;
  const xStep = pixelStrideOf(x),
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
      run(s, a, b, out, channels, single, zeroPointOf(x), zeroPointOf(x2), zeroPointOf(y));
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
  aZero: i32,
  bZero: i32,
  yZero: i32,
): void {
  const multiplier = load<i32>(s, MUL_MULTIPLIER),
    shift = load<i32>(s, MUL_SHIFT);
  const low = load<i32>(s, MUL_Y_MIN),
    high = load<i32>(s, MUL_Y_MAX);
  if (ASC_FEATURE_SIMD) {
    const left = max(shift, 0),
      right = max(-shift, 0);
    const m = i32x4.splat(multiplier),
      half = i32x4.splat(right > 0 ? 1 << (right - 1) : 0),
      signs = i32x4.splat(right > 0 ? -1 : 0);
    const aZeros = i16x8.splat(<i16>aZero),
      bZeros = i16x8.splat(<i16>bZero),
      yZeros = i16x8.splat(<i16>yZero);
    const lowest = i8x16.splat(<i8>low),
      highest = i8x16.splat(<i8>high);
    let second = i16x8.sub(i16x8.splat(<i16>load<i8>(b)), bZeros);
    for (let i = 0; i < count; i += 8) {
      const first = i16x8.sub(v128.load8x8_s(a + i), aZeros);
      if (!single) second = i16x8.sub(v128.load8x8_s(b + i), bZeros);
      const lo = scale4(i32x4.shl(i32x4.extmul_low_i16x8_s(first, second), left), m, half, signs, right);
      const hi = scale4(i32x4.shl(i32x4.extmul_high_i16x8_s(first, second), left), m, half, signs, right);
      const wide = i16x8.add_sat_s(i16x8.narrow_i32x4_s(lo, hi), yZeros);
      const bytes = i8x16.min_s(i8x16.max_s(i8x16.narrow_i16x8_s(wide, wide), lowest), highest);
      storeTail(out + i, i64x2.extract_lane(bytes, 0), count - i);
    }
  } else {
    for (let i = 0; i < count; i++) {
      const product = (<i32>load<i8>(a + i) - aZero) * (<i32>load<i8>(single ? b : b + i) - bZero);
      store<i8>(out + i, min(max(requantize(product, multiplier, shift) + yZero, low), high));
    }
  }
}

/** Both roundings of four products. `half` and `signs` are 0 where `right` is. */
@inline
function scale4(product: v128, m: v128, half: v128, signs: v128, right: i32): v128 {
  const nudge = i64x2.splat(1 << 30);
  const p0 = i64x2.shr_s(i64x2.add(i64x2.extmul_low_i32x4_s(product, m), nudge), 31);
  const p1 = i64x2.shr_s(i64x2.add(i64x2.extmul_high_i32x4_s(product, m), nudge), 31);
  const t = i32x4.shuffle(p0, p1, 0, 2, 4, 6);
  return i32x4.shr_s(i32x4.add(i32x4.add(t, half), v128.and(i32x4.shr_s(t, 31), signs)), right);
}
