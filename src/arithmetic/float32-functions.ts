import { erfc, exp, ln, power, tanh32 } from './real-functions.ts';

/**
 * Functions of a float32, rounded as TFLite rounds those whose tables it fills for int8; others are rounded once. Each gives a
 * float32.
 */
const f32 = Math.fround;

export const exp32 = (x: number): number => f32(exp(x));

/** x from 0 on, e^x − 1 below. */
export const elu32 = (x: number): number => (x < 0 ? f32(exp(x) - 1) : x);

/** 0.5f · x · erfcf(x · −√½f), from left to right. */
export const gelu32 = (x: number): number => f32(f32(0.5 * x) * f32(erfc(f32(x * minusSqrtHalf))));
const minusSqrtHalf = f32(-Math.SQRT1_2);

/** 0.5f · x · (1 + tanhf(√(2/π)f · (x + 0.044715f · x · x · x))), from left to right. */
export function geluByTanh32(x: number): number {
  const cube = f32(f32(f32(cubeFactor * x) * x) * x);
  const inner = f32(sqrtTwoByPi * f32(x + cube));
  return f32(f32(0.5 * x) * f32(1 + tanh32(inner)));
}
const cubeFactor = f32(0.044715);
const sqrtTwoByPi = f32(0.7978845608028654);

export const ln32 = (x: number): number => f32(ln(x));
export const sqrt32 = (x: number): number => f32(Math.sqrt(x));
export const power32 = (x: number, y: number): number => f32(power(x, y));
