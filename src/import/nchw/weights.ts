import { elements, type Quantization, type TensorId } from '../../graph/tensor.ts';
import { type Frame, misfit } from './frame.ts';
import { type Constant, isReal, stridesOf, type Value } from './value.ts';

/** A constant operand of real values. Throws Misfit where it is computed, missing, or holds whole numbers. */
export function constantOf(value: Value | undefined, what: string): Constant {
  if (!value) return misfit(`${what} are missing`);
  if (value.kind !== 'constant') return misfit(`${what} must be constant; they are computed`);
  return isReal(value) ? value : misfit(`${what} hold whole numbers (real ones)`);
}

/** Which element of the user's constant each element of the graph's is; −1 for none, a zero. */
export type Order = (shape: readonly number[], strides: readonly number[]) => number[];

/**
 * Weights in the shape and order that their op wants. `axis` is the user's axis that has a scale each, where they are quantised, and
 * `graphAxis` the one of `shape` that it becomes.
 */
export function enterWeights(
  frame: Frame,
  weights: Constant,
  shape: readonly number[],
  from: ArrayLike<number>,
  axes?: { readonly user: number; readonly graph: number },
): TensorId {
  const { name, data, quantization } = weights;
  const count = elements(shape);
  const isInteger = frame.result.dtype === 'i8';
  if (!isInteger || !axes) {
    const moved = new Float32Array(count);
    for (let i = 0; i < count; i++) moved[i] = from[i] < 0 ? 0 : data[from[i]];
    return frame.constant(name, shape, moved);
  }
  if (!quantization && !frame.quantizesWeights) frame.left(`its weights "${name}" are not quantised, and its input is`);
  const { scale, zeroPoint, axis } = quantization ?? ownScales(weights, axes.user);
  if (scale.length > 1 && axis !== axes.user) {
    return misfit(
      `its weights "${name}" have scales along axis ${axis} (one, or along axis ${axes.user}, the outputs)`,
    );
  }
  const strides = stridesOf(weights.shape);
  const moved = new Int8Array(count);
  for (let i = 0; i < count; i++) {
    const at = from[i];
    const channel = scale.length > 1 && at >= 0 ? Math.floor(at / strides[axis]) % weights.shape[axis] : 0;
    moved[i] = at < 0 ? zeroPoint[0] : Math.round(data[at] / scale[channel]) + zeroPoint[channel];
  }
  return frame.constant(name, shape, moved, { scale, zeroPoint, axis: axes.graph });
}

/** A scale for each index of an axis, by which the largest value of it is 127 or −127. */
function ownScales({ shape, data }: Constant, axis: number): Quantization {
  const stride = stridesOf(shape)[axis] ?? 1;
  const largest = new Array<number>(shape[axis] ?? 1).fill(0);
  data.forEach((value, i) => {
    const k = Math.floor(i / stride) % largest.length;
    largest[k] = Math.max(largest[k], Math.abs(value));
  });
  return { scale: largest.map((value) => Math.fround(value / 127) || 1), zeroPoint: largest.map(() => 0), axis };
}

/** A bias of one value an output, or −1 where there is none. In int8 it has the product of the scales of x and weights. */
export function enterBias(
  frame: Frame,
  bias: Value | undefined,
  outputs: number,
  x: TensorId,
  weights: TensorId,
): TensorId {
  if (!bias) return -1;
  const { name, data, shape } = constantOf(bias, 'its biases');
  if (elements(shape) !== outputs)
    return misfit(`its bias "${name}" has ${elements(shape)} values for ${outputs} outputs`);
  if (frame.result.dtype !== 'i8') return frame.constant(name, [outputs], Float32Array.from(data));
  const [xScale = 1] = frame.writer.tensor(x).quantization?.scale ?? [];
  const scales = frame.writer.tensor(weights).quantization?.scale ?? [1];
  const scale = scales.map((each) => Math.fround(xScale * each));
  const values = Int32Array.from(data, (value, o) => {
    const product = xScale * scales[o % scales.length];
    const rounded = product === 0 ? 0 : Math.round(value / product);
    return Math.max(-(2 ** 31), Math.min(2 ** 31 - 1, rounded));
  });
  return frame.constant(name, [outputs], values, { scale, zeroPoint: scale.map(() => 0), axis: 0 });
}
