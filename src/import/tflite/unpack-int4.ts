import { elements } from '../../graph/tensor.ts';
import type { FileTensor } from '../file-model.ts';
import type { TfliteModel } from './model.ts';

/** Constants of int4, two in a byte with the first in its lower half, as int8 of the same values: operators see int8 alone. */
export function unpackInt4(model: TfliteModel): TfliteModel {
  if (!model.tensors.some(isPacked)) return model;
  // Tensors share buffers.
  const known = new Map<Uint8Array, Uint8Array>();
  const tensors = model.tensors.map((tensor): FileTensor => {
    if (!isPacked(tensor) || !tensor.bytes) return tensor;
    const bytes = known.get(tensor.bytes) ?? unpacked(tensor.bytes);
    known.set(tensor.bytes, bytes);
    return { ...tensor, type: 'int8', bytes: bytes.subarray(0, elements(tensor.shape)) };
  });
  return { ...model, tensors };
}

const isPacked = ({ type, shape, bytes }: FileTensor): boolean =>
  type === 'int4' && bytes?.length === Math.ceil(elements(shape) / 2);

/** Both halves of each byte, with the sign of their highest bit. */
function unpacked(bytes: Uint8Array): Uint8Array {
  const y = new Int8Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    y[2 * i] = (byte << 28) >> 28;
    y[2 * i + 1] = (byte << 24) >> 28;
  });
  return new Uint8Array(y.buffer);
}
