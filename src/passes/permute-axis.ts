import type { Quantization, Tensor } from '../graph/tensor.ts';

/**
 * A constant with one axis in another order: value i along it is the old value order[i]. The axis may hold several runs of
 * channels one after the other, as that of a matrix product of a whole map does, which are then put in order each. Scales
 * along the axis go with the values. Throws an Error that names both lengths where they do not go together.
 */
export function permuteAxis(tensor: Tensor, axis: number, order: readonly number[]): Tensor {
  const { name, shape, quantization } = tensor;
  const length = shape[axis];
  if (length % order.length !== 0) {
    throw new Error(`axis ${axis} of "${name}" has the size ${length}, not a multiple of ${order.length} channels`);
  }
  const data = tensor.data as Int8Array;
  const from = Array.from({ length }, (_, i) => i - (i % order.length) + order[i % order.length]);
  const inner = shape.slice(axis + 1).reduce((product, size) => product * size, 1);
  const moved = data.slice();
  for (let at = 0; at < data.length; at += inner) {
    const i = (at / inner) % length;
    const source = at + (from[i] - i) * inner;
    for (let k = 0; k < inner; k++) moved[at + k] = data[source + k];
  }
  return { ...tensor, data: moved, ...(quantization && { quantization: along(quantization, axis, from) }) };
}

function along(quantization: Quantization, axis: number, from: readonly number[]): Quantization {
  if (quantization.axis !== axis || quantization.scale.length === 1) return quantization;
  const pick = (values: readonly number[]): number[] => from.map((i) => values[i]);
  return { ...quantization, scale: pick(quantization.scale), zeroPoint: pick(quantization.zeroPoint) };
}
