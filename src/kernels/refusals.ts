import { convRequantize } from '../arithmetic/multipliers.ts';
import type { ScaleProduct } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import type { DType, Tensor } from '../graph/tensor.ts';

type Reason = string | undefined;

/** The first reason given, if any. */
export const firstOf = (...reasons: readonly Reason[]): Reason => reasons.find((reason) => reason !== undefined);

/** What is copied whole, whatever its size: reshapes and slices. */
export const copied: readonly DType[] = ['i8', 'u8', 'f32', 'i32', 'i64'];

/** Why a tensor cannot be an activation of one of `dtypes` with one scale. `role` is its name in the op, as in x. */
export function whyNotQuantized(role: string, tensor: Tensor | undefined, ...dtypes: readonly DType[]): Reason {
  if (!tensor) return `${role} is not given`;
  const { name, dtype, quantization } = tensor;
  if (!dtypes.includes(dtype)) return `${role} "${name}" is ${dtype} (${dtypes.join(', ')})`;
  const scales = quantization?.scale.length ?? 0;
  return scales === 1 ? undefined : `${role} "${name}" must have 1 scale; it has ${scales || 'none'}`;
}

/** Why constant weights of `channels` outputs cannot be packed as int8 with one zero point. */
export function whyNotWeights(tensor: Tensor | undefined, channels: number): Reason {
  if (!tensor) return 'weights are not given';
  const { name, dtype, data, quantization } = tensor;
  if (dtype !== 'i8') return `weights "${name}" are ${dtype}; expected i8`;
  if (!data) return `weights "${name}" must be constant; they are computed`;
  const scales = quantization?.scale.length ?? 0;
  if (scales !== 1 && scales !== channels)
    return `weights "${name}" must have ${[...new Set([1, channels])].join(' or ')} scale${channels === 1 ? '' : 's'}; they have ${scales || 'none'}`;
  const [first = 0, ...others] = quantization?.zeroPoint ?? [];
  const other = others.find((value) => value !== first);
  return other === undefined
    ? undefined
    : `weights "${name}" have zero points ${first} and ${other}; expected one for all`;
}

/** Why an optional bias of `channels` outputs cannot be folded. */
export function whyNotBias(tensor: Tensor | undefined, channels: number): Reason {
  if (!tensor) return undefined;
  const { name, dtype, data } = tensor;
  if (dtype !== 'i32') return `bias "${name}" is ${dtype}; expected i32`;
  if (!data) return `bias "${name}" must be constant; it is computed`;
  return data.length === channels ? undefined : `bias "${name}" has ${data.length} values; expected ${channels}`;
}

/** Why a multiplier cannot be applied: the engine shifts an int32 left by at most 30. */
export function whyNotShiftable(shifts: ArrayLike<number>): Reason {
  for (let i = 0; i < shifts.length; i++) {
    if (shifts[i] > 30) return `the scale ratio of channel ${i} is about 2^${shifts[i]}; it must be below 2^30`;
  }
  return undefined;
}

/** Why a convolution of `outputs` channels cannot be packed. Inputs are x, weights, bias. */
export function whyNotConvolution(view: NodeView<{ readonly scaleProduct: ScaleProduct }>, outputs: number): Reason {
  const [x, weights, bias] = view.inputs;
  const unfit = firstOf(
    whyNotQuantized('x', x, 'i8'),
    whyNotQuantized('y', outputOf(view), 'i8'),
    whyNotWeights(weights, outputs),
    whyNotBias(bias, outputs),
  );
  return unfit ?? whyNotShiftable(convRequantize(view, outputs).shift);
}

/** Why the dtype of a tensor is not one of `dtypes`. */
export function whyNotOfType(role: string, tensor: Tensor | undefined, ...dtypes: readonly DType[]): Reason {
  if (!tensor) return `${role} is not given`;
  const { name, dtype } = tensor;
  return dtypes.includes(dtype) ? undefined : `${role} "${name}" is ${dtype} (${dtypes.join(', ')})`;
}

/** Why x cannot be copied into y byte by byte, its elements being of one of `dtypes`. */
export function whyNotSameBytes(x: Tensor | undefined, y: Tensor, dtypes: readonly DType[] = ['i8', 'u8']): Reason {
  if (!x) return 'x is not given';
  if (!dtypes.includes(x.dtype)) return `x "${x.name}" is ${x.dtype} (${dtypes.join(', ')})`;
  return x.dtype === y.dtype ? undefined : `x "${x.name}" is ${x.dtype}, but y "${y.name}" is ${y.dtype}`;
}
