import { exp } from './real-functions.ts';

const f32 = Math.fround;

/** e^(−scale · d) of each distance d from the maximum in steps, as doubles. A scale is a float32, here and below. */
export const realExponentials = (scale: number): Float64Array =>
  Float64Array.from({ length: 256 }, (_, d) => exp(-(f32(scale) * d)));

/**
 * The term of `q` in a float32 softmax whose greatest value is `top`: the exponential of the difference of their real values, each of
 * which is rounded to float32, as the difference is. By the exponential of the distance and two terms of the series in ε, what the
 * difference has lost: that is e^x rounded to float32 but where e^x is within 2^−52 of its size from the middle of two.
 */
export function softmaxTerm(
  q: number,
  top: number,
  quantization: { readonly scale: number; readonly zeroPoint: number },
  exponentials: Float64Array,
): number {
  const { zeroPoint } = quantization;
  const scale = f32(quantization.scale);
  const difference = f32(f32(scale * (q - zeroPoint)) - f32(scale * (top - zeroPoint)));
  const rest = difference + scale * (top - q);
  return f32(exponentials[top - q] * (1 + (rest + 0.5 * rest * rest)));
}
