import type { Activation } from '../graph/attributes.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { clamp, roundHalfAway } from './fixed-point.ts';

/** The real values that an activation lets through. */
export const realRanges: Readonly<Record<Activation, readonly [min: number, max: number]>> = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
  reluN1To1: [-1, 1],
};

/** The clamp of an activation on a real value. NaN stays, as in WebAssembly's f32.min and f32.max. */
export function clampReal(activation: Activation, value: number): number {
  const range = realRanges[activation];
  return Math.min(Math.max(value, range[0]), range[1]);
}

/** The values an 8-bit type holds. */
function rangeOf(tensor: Tensor): { readonly min: number; readonly max: number } {
  if (tensor.dtype === 'i8') return { min: -128, max: 127 };
  if (tensor.dtype === 'u8') return { min: 0, max: 255 };
  throw new Error(`tensor "${tensor.name}" is ${tensor.dtype} where i8 or u8 is needed`);
}

/**
 * The clamp of an op's quantised result: its activation's ends, inside what the dtype of `output` holds.
 * q(f) = zeroPoint + round(f / scale), halves away from zero, with a float32 quotient as in TFLite.
 */
export function activationRange(
  activation: Activation,
  output: Tensor,
): { readonly min: number; readonly max: number } {
  const { min, max } = rangeOf(output);
  if (activation === 'none') return { min, max };
  const { scale, zeroPoint } = perTensor(output);
  const quantized = (value: number) => clamp(zeroPoint + roundHalfAway(Math.fround(value / scale)), min, max);
  const [low, high] = realRanges[activation];
  return { min: low === -Infinity ? min : quantized(low), max: high === Infinity ? max : quantized(high) };
}
