/**
 * The integer arithmetic of TFLite's reference kernels, written once for the compiler and the plain references.
 * real scale = multiplier · 2^(shift − 31), multiplier in [2^30, 2^31) or 0, shift positive = left.
 * No function here uses Math.exp, pow, log2 or tanh, whose last bits differ between JavaScript engines.
 */

export interface Multiplier {
  /** Q31 mantissa, int32. */
  readonly multiplier: number;
  /** Power of two, positive = left. */
  readonly shift: number;
}

const view = new DataView(new ArrayBuffer(8));

/** frexp: x = mantissa · 2^exponent with mantissa in [0.5, 1) for positive finite x. Exact: reads the double's bits. */
export function frexp(x: number): { readonly mantissa: number; readonly exponent: number } {
  if (x === 0) return { mantissa: 0, exponent: 0 };
  view.setFloat64(0, x);
  const bits = (view.getUint32(0) >>> 20) & 0x7ff;
  if (bits === 0) {
    const scaled = frexp(x * 2 ** 64);
    return { mantissa: scaled.mantissa, exponent: scaled.exponent - 64 };
  }
  view.setUint32(0, ((view.getUint32(0) & 0x800fffff) | 0x3fe00000) >>> 0);
  return { mantissa: view.getFloat64(0), exponent: bits - 1022 };
}

/** TFLite's QuantizeMultiplier: a positive real number as Q31 multiplier and shift. Below 2^−32 it becomes 0. */
export function quantizeMultiplier(real: number): Multiplier {
  if (real === 0) return { multiplier: 0, shift: 0 };
  let { mantissa, exponent } = frexp(real);
  let multiplier = Math.floor(mantissa * 2 ** 31 + 0.5);
  if (multiplier === 2 ** 31) {
    multiplier /= 2;
    exponent++;
  }
  if (exponent < -31) {
    exponent = 0;
    multiplier = 0;
  }
  return { multiplier, shift: exponent };
}

/** SaturatingRoundingDoublingHighMul: a·b / 2^31 rounded to nearest, ties toward +∞ (int32 × int32 → int32). */
export function saturatingRoundingDoublingHighMul(a: number, b: number): number {
  if (a === -(2 ** 31) && b === -(2 ** 31)) return 2 ** 31 - 1;
  return Number((BigInt(a) * BigInt(b) + 0x40000000n) >> 31n);
}

/** RoundingDivideByPOT: x / 2^exponent to nearest, ties away from zero; 0 ≤ exponent ≤ 31. */
export function roundingDivideByPot(x: number, exponent: number): number {
  if (exponent === 0) return x;
  const mask = 2 ** exponent - 1;
  const floor = Math.floor(x / 2 ** exponent);
  const remainder = x - floor * 2 ** exponent;
  const threshold = Math.floor(mask / 2) + (x < 0 ? 1 : 0);
  return floor + (remainder > threshold ? 1 : 0);
}

/** MultiplyByQuantizedMultiplier with two roundings, as TFLite's reference kernels and TFLite Micro do it. */
export function requantizeOne(acc: number, multiplier: number, shift: number): number {
  const left = Math.max(shift, 0);
  const right = Math.max(-shift, 0);
  return roundingDivideByPot(saturatingRoundingDoublingHighMul((acc * 2 ** left) | 0, multiplier), right);
}

export const clamp = (x: number, min: number, max: number): number => Math.min(Math.max(x, min), max);

/** C's round(): nearest, ties away from zero. (floor(x + 0.5) is wrong at 0.49999999999999994.) */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return Math.abs(x - whole) >= 0.5 ? whole + Math.sign(x) : whole;
}
