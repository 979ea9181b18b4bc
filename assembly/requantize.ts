import { FORM_INTEGER, FORM_REAL, FORM_REAL_CLAMPED } from "./instructions";

/**
 * int32 accumulators to output values, with the bits of TFLite's two roundings (src/arithmetic/fixed-point.ts defines them).
 * Parameters come in blocks of eight outputs, in one of three forms that the packer chooses (docs/quantization.md):
 *
 *   integer      multiplier i32[8], shift i32[8]                             any shift
 *   real         scale f64[8], offset f64[8], offset of acc < 0 f64[8]       −12 ≤ shift ≤ 0
 *   realClamped  scale f64[8], offset f64[8]                                 and acc < 0 clamps to yMin anyway
 *
 * Real forms: nearest(acc · scale + offset), where nearest is the addition of 1.5 · 2^52, whose low 32 bits are then
 * the integer: exact because acc · scale has at most 31 + 31 significant bits of which those above 2^−(r + 32) fit 53.
 * An output that no input changes has scale 0 and is its own offset.
 */

/** 1.5 · 2^52: adding it leaves the nearest integer in the low bits of the double. */
const NEAREST: f64 = 6755399441055744.0;

/** Bytes of one block of eight outputs. */
export function blockBytes(form: i32): i32 {
  return form == FORM_INTEGER ? 64 : form == FORM_REAL ? 192 : 128;
}

/** SaturatingRoundingDoublingHighMul without its one saturating case (both INT32_MIN), which no caller can reach. */
@inline
export function highMul(a: i32, b: i32): i32 {
  return <i32>((<i64>a * <i64>b + (1 << 30)) >> 31);
}

/** x / 2^exponent to nearest, ties away from zero. */
@inline
export function divideByPot(x: i32, exponent: i32): i32 {
  const mask = (1 << exponent) - 1;
  const threshold = (mask >> 1) + (x >>> 31);
  return (x >> exponent) + i32((x & mask) > threshold);
}

/** TFLite's MultiplyByQuantizedMultiplier; shift positive = left, −31 ≤ shift ≤ 30. */
export function requantize(acc: i32, multiplier: i32, shift: i32): i32 {
  return shift > 0 ? highMul(acc << shift, multiplier) : divideByPot(highMul(acc, multiplier), -shift);
}

/** The same from a real form's scale, whose bits are the multiplier and the shift: no f64 arithmetic but for constants. */
function requantizeScale(acc: i32, scale: usize): i32 {
  const bits = load<i64>(scale);
  if (bits == 0) return <i32>reinterpret<i64>(load<f64>(scale, 64) + NEAREST);
  const multiplier = <i32>(((bits & 0xfffffffffffff) | 0x10000000000000) >> 22);
  // scale = multiplier · 2^(shift − 31) and multiplier has 31 bits: the exponent field is 1023 + 30 + shift − 31.
  return requantize(acc, multiplier, <i32>(bits >> 52) - 1022);
}

/** One accumulator; `lane` is its place in the block at `block`. */
export function requantizeLane(acc: i32, form: i32, block: usize, lane: usize): i32 {
  if (form == FORM_INTEGER) {
    const at = block + (lane << 2);
    return requantize(acc, load<i32>(at), load<i32>(at, 32));
  }
  return requantizeScale(acc, block + (lane << 3));
}

/**
 * Four accumulators by the integer form; multipliers at `at`, shifts 32 bytes on. Without a left shift the first rounding
 * is (acc · multiplier + 2^30) >> 31; the second divides an int32 by 2^r in f64, which is exact, and truncates half away.
 */
function integer4(acc: v128, at: usize): v128 {
  const m = v128.load(at),
    shift = v128.load(at, 32);
  if (v128.any_true(i32x4.gt_s(shift, i32x4.splat(0)))) {
    let y = i32x4.splat(requantize(i32x4.extract_lane(acc, 0), load<i32>(at), load<i32>(at, 32)));
    y = i32x4.replace_lane(y, 1, requantize(i32x4.extract_lane(acc, 1), load<i32>(at, 4), load<i32>(at, 36)));
    y = i32x4.replace_lane(y, 2, requantize(i32x4.extract_lane(acc, 2), load<i32>(at, 8), load<i32>(at, 40)));
    return i32x4.replace_lane(y, 3, requantize(i32x4.extract_lane(acc, 3), load<i32>(at, 12), load<i32>(at, 44)));
  }
  const nudge = i64x2.splat(1 << 30),
    one = i32x4.splat(1023);
  const p0 = i64x2.shr_s(i64x2.add(i64x2.extmul_low_i32x4_s(acc, m), nudge), 31);
  const p1 = i64x2.shr_s(i64x2.add(i64x2.extmul_high_i32x4_s(acc, m), nudge), 31);
  const t = i32x4.shuffle(p0, p1, 0, 2, 4, 6);
  const exponent = i32x4.add(shift, one);
  const half = f64x2.splat(0.5),
    sign = i64x2.splat(i64.MIN_VALUE);
  const low = f64x2.mul(f64x2.convert_low_i32x4_s(t), i64x2.shl(i64x2.extend_low_i32x4_s(exponent), 52));
  const high = f64x2.mul(
    f64x2.convert_low_i32x4_s(i64x2.shuffle(t, t, 1, 1)),
    i64x2.shl(i64x2.extend_high_i32x4_s(exponent), 52),
  );
  const y0 = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(low, v128.or(half, v128.and(low, sign))));
  const y1 = i32x4.trunc_sat_f64x2_s_zero(f64x2.add(high, v128.or(half, v128.and(high, sign))));
  return i32x4.shuffle(y0, y1, 0, 1, 4, 5);
}

/** Four accumulators by the real form with both offsets; the first scale at `at`, offsets 64 and 128 bytes on. */
@inline
function real4(acc: v128, at: usize): v128 {
  const nearest = f64x2.splat(NEAREST);
  const sign = i32x4.shr_s(acc, 31);
  const lowOffset = v128.bitselect(v128.load(at, 128), v128.load(at, 64), i64x2.extend_low_i32x4_s(sign));
  const highOffset = v128.bitselect(v128.load(at, 144), v128.load(at, 80), i64x2.extend_high_i32x4_s(sign));
  const high = i64x2.shuffle(acc, acc, 1, 1);
  const p0 = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(acc), v128.load(at)), lowOffset);
  const p1 = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(high), v128.load(at, 16)), highOffset);
  return i32x4.shuffle(f64x2.add(p0, nearest), f64x2.add(p1, nearest), 0, 2, 4, 6);
}

/** Four accumulators by the clamped real form; the first scale at `at`, its offset 64 bytes on. */
@inline
function realClamped4(acc: v128, at: usize): v128 {
  const nearest = f64x2.splat(NEAREST);
  const high = i64x2.shuffle(acc, acc, 1, 1);
  const p0 = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(acc), v128.load(at)), v128.load(at, 64));
  const p1 = f64x2.add(f64x2.mul(f64x2.convert_low_i32x4_s(high), v128.load(at, 16)), v128.load(at, 80));
  return i32x4.shuffle(f64x2.add(p0, nearest), f64x2.add(p1, nearest), 0, 2, 4, 6);
}

/** Eight accumulators (lo: outputs 0–3, hi: 4–7 of the block) to eight int16 by a form, not yet clamped to int8. */
@inline
export function realClamped8(lo: v128, hi: v128, block: usize, zeroPoint: v128): v128 {
  return i16x8.add_sat_s(i16x8.narrow_i32x4_s(realClamped4(lo, block), realClamped4(hi, block + 32)), zeroPoint);
}


@inline
export function real8(lo: v128, hi: v128, block: usize, zeroPoint: v128): v128 {
  return i16x8.add_sat_s(i16x8.narrow_i32x4_s(real4(lo, block), real4(hi, block + 32)), zeroPoint);
}


@inline
export function integer8(lo: v128, hi: v128, block: usize, zeroPoint: v128): v128 {
  return i16x8.add_sat_s(i16x8.narrow_i32x4_s(integer4(lo, block), integer4(hi, block + 16)), zeroPoint);
}

/** The same by whichever form the layer has. */
@inline
export function requantize8(lo: v128, hi: v128, form: i32, block: usize, zeroPoint: v128): v128 {
  if (form == FORM_REAL_CLAMPED) return realClamped8(lo, hi, block, zeroPoint);
  if (form == FORM_REAL) return real8(lo, hi, block, zeroPoint);
  return integer8(lo, hi, block, zeroPoint);
}
