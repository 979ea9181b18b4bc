import { float16 } from './float16.ts';

/** A type of the elements of tensors in files: real ones become float32, whole ones numbers. */
export interface ElementType {
  readonly bytes: number;
  readonly real: boolean;
  /** One element, little-endian. */
  read(view: DataView, at: number): number;
}

/** Every type that weights are stored in, by PyTorch's and NumPy's names. */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  float32: { bytes: 4, real: true, read: (view, at) => view.getFloat32(at, true) },
  float64: { bytes: 8, real: true, read: (view, at) => view.getFloat64(at, true) },
  float16: { bytes: 2, real: true, read: (view, at) => float16(view.getUint16(at, true)) },
  bfloat16: { bytes: 2, real: true, read: bfloat16 },
  int64: { bytes: 8, real: false, read: (view, at) => Number(view.getBigInt64(at, true)) },
  int32: { bytes: 4, real: false, read: (view, at) => view.getInt32(at, true) },
  int16: { bytes: 2, real: false, read: (view, at) => view.getInt16(at, true) },
  int8: { bytes: 1, real: false, read: (view, at) => view.getInt8(at) },
  uint64: { bytes: 8, real: false, read: (view, at) => Number(view.getBigUint64(at, true)) },
  uint32: { bytes: 4, real: false, read: (view, at) => view.getUint32(at, true) },
  uint16: { bytes: 2, real: false, read: (view, at) => view.getUint16(at, true) },
  uint8: { bytes: 1, real: false, read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, real: false, read: (view, at) => Math.min(view.getUint8(at), 1) },
};

const scratch = new DataView(new ArrayBuffer(4));

function bfloat16(view: DataView, at: number): number {
  scratch.setUint32(0, view.getUint16(at, true) << 16);
  return scratch.getFloat32(0);
}
