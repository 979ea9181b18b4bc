import { elements } from '../../graph/tensor.ts';
import type { FileQuantization, FileTensor } from '../file-model.ts';
import { float16 } from '../float16.ts';

/**
 * A constant of float16, or of int8 or uint8 with scales, as the bytes of the float32 values that it stands for; undefined for
 * one of another type, of scales that do not fit its shape, or of another size.
 */
export function realBytes({ type, shape, bytes, quantization }: FileTensor): Uint8Array | undefined {
  const count = elements(shape);
  if (type === 'float16' && bytes?.length === 2 * count) return widened(bytes);
  if ((type !== 'int8' && type !== 'uint8') || bytes?.length !== count || !quantization) return undefined;
  return dequantized(type === 'int8' ? new Int8Array(Uint8Array.from(bytes).buffer) : bytes, shape, quantization);
}

function widened(bytes: Uint8Array): Uint8Array {
  const half = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = Float32Array.from({ length: bytes.length / 2 }, (_, i) => float16(half.getUint16(2 * i, true)));
  return new Uint8Array(values.buffer);
}

/** scale · (q − zero point), with one scale, or one for each index of the quantised dimension. */
function dequantized(
  values: Int8Array | Uint8Array,
  shape: readonly number[],
  { scale, zeroPoint, dimension }: FileQuantization,
): Uint8Array | undefined {
  const isWhole = scale.length === 1;
  if (!isWhole && shape[dimension] !== scale.length) return undefined;
  if (zeroPoint.length > 0 && zeroPoint.length !== scale.length) return undefined;
  const inner = isWhole ? values.length : elements(shape.slice(dimension + 1));
  const real = Float32Array.from(values, (q, i) => {
    const channel = isWhole ? 0 : Math.floor(i / inner) % scale.length;
    return scale[channel] * (q - (zeroPoint[channel] ?? 0));
  });
  return new Uint8Array(real.buffer);
}
