import type { Quantization } from '../../graph/tensor.ts';
import { misfit } from '../nchw/frame.ts';
import { type Constant, stridesOf } from '../nchw/value.ts';

/** Types that files quantise to, and what their zero points are less here: uint8 is int8 inside. */
const shifts: Readonly<Record<string, number>> = { int8: 0, uint8: 128 };

/** What is taken off the zero points and values of a type. Throws Misfit for others than int8 and uint8. */
export function shiftOf(dtype: string, what = 'values'): number {
  return Object.hasOwn(shifts, dtype) ? shifts[dtype] : misfit(`${what} of ${dtype} are not supported (int8, uint8)`);
}

/** Scales and zero points as a file has them: one of each, or one for each index of an axis. */
export interface Scales {
  readonly scales: readonly number[];
  readonly zeros: readonly number[];
  readonly axis: number;
  readonly dtype: string;
}

/** Halves go to the even neighbor, as PyTorch and ONNX round. */
export function roundEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

/** Which scale each element of a constant has. */
function scaleIndex({ shape }: Constant, { scales, zeros, axis }: Scales): (at: number) => number {
  const size = shape[axis] ?? 1;
  if (zeros.length !== scales.length) misfit(`it has ${scales.length} scales and ${zeros.length} zero points`);
  if (scales.length > 1 && size !== scales.length) {
    misfit(`${scales.length} scales do not fit axis ${axis} of [${shape.join(', ')}]`);
  }
  if (!scales.every((scale) => Number.isFinite(scale) && scale > 0)) misfit('its scales are not all above 0');
  if (scales.length <= 1) return () => 0;
  const stride = stridesOf(shape)[axis] ?? 1;
  return (at) => Math.floor(at / stride) % size;
}

/** As the graph has it, of values that are one of a byte's types, or int32. */
function quantizationOf({ scales, zeros, axis, dtype }: Scales): Quantization & { readonly type: 'i8' | 'i32' } {
  const isBias = dtype === 'int32';
  const shift = isBias ? 0 : shiftOf(dtype, 'constants');
  return {
    scale: scales.map(Math.fround),
    zeroPoint: zeros.map((zero) => zero - shift),
    axis,
    type: isBias ? 'i32' : 'i8',
  };
}

/** A constant of whole numbers as the real values that it stands for, which remember their scales. */
export function dequantizedConstant(x: Constant, scales: Scales): Constant {
  const quantization = quantizationOf(scales);
  const indexOf = scaleIndex(x, scales);
  const data = new Float32Array(x.data.length);
  for (let i = 0; i < data.length; i++) {
    const k = indexOf(i);
    data[i] = (x.data[i] - scales.zeros[k]) * quantization.scale[k];
  }
  return { ...x, data, quantization };
}

/** A constant of real values as those that its quantised ones, from `least` to `most`, stand for. */
export function fakeQuantizedConstant(x: Constant, scales: Scales, [least, most]: readonly [number, number]): Constant {
  const quantization = quantizationOf(scales);
  const indexOf = scaleIndex(x, scales);
  const data = Float32Array.from(x.data, (value, i) => {
    const k = indexOf(i);
    const [scale, zero] = [quantization.scale[k], scales.zeros[k]];
    const q = Math.min(Math.max(roundEven(Math.fround(value / scale)) + zero, least), most);
    return Math.fround((q - zero) * scale);
  });
  return { ...x, data, quantization };
}
