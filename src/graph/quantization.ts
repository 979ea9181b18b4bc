import type { Quantization, Tensor } from './tensor.ts';

/** Scales that TFLite's own checks take for equal, where an op keeps its input's quantisation. */
const scaleTolerance = 1e-6;

/** Whether two activations have one quantisation, to the last bit of every scale, or have none. */
export function equalQuantization(a: Quantization | undefined, b: Quantization | undefined): boolean {
  return equalWithin(a, b, 0);
}

/** The same with scales that differ by no more than TFLite lets them (10^−6). */
export function nearlyEqualQuantization(a: Quantization | undefined, b: Quantization | undefined): boolean {
  return equalWithin(a, b, scaleTolerance);
}

function equalWithin(a: Quantization | undefined, b: Quantization | undefined, most: number): boolean {
  if (!a || !b) return a === b;
  return (
    a.scale.length === b.scale.length &&
    a.scale.every((scale, i) => Math.abs(scale - b.scale[i]) <= most) &&
    a.zeroPoint.every((zeroPoint, i) => zeroPoint === b.zeroPoint[i])
  );
}

/** Whether the elements of two tensors mean the same, bit for bit: one may be read in place of the other. */
export const sameElements = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype && equalQuantization(a.quantization, b.quantization);

/** Whether an op that copies or averages elements may go from one tensor to the other, as TFLite has it. */
export const nearlySameElements = (a: Tensor, b: Tensor): boolean =>
  a.dtype === b.dtype && nearlyEqualQuantization(a.quantization, b.quantization);
