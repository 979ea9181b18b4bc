import { LiteBlockError } from '../../format/errors.ts';
import { elements } from '../../graph/tensor.ts';
import { elementTypes } from '../element-types.ts';

const storages: Readonly<Record<string, string>> = {
  FloatStorage: 'float32',
  DoubleStorage: 'float64',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

export const isStorage = (module: string, name: string): boolean =>
  (module === 'torch' || module === 'torch.cuda') && Object.hasOwn(storages, name);

export const dtypeOfStorage = (module: string, name: string): string | undefined =>
  isStorage(module, name) ? storages[name] : undefined;

/** Values of all tensors of a file: half a gigabyte of float32. */
const mostValues = 2 ** 27;

/** Axes of a tensor: PyTorch itself prints no more. */
const mostAxes = 64;

/** Whether values of a type are real numbers; undefined for a type that is not known. */
export const isReal = (dtype: string): boolean | undefined =>
  Object.hasOwn(elementTypes, dtype) ? elementTypes[dtype].real : undefined;

/** Memory that tensors are views of. `bytes` gives it when the first of them is read. */
export class Storage {
  readonly dtype: string;
  readonly key: string;
  readonly bytes: () => Uint8Array;

  constructor(dtype: string, key: string, bytes: () => Uint8Array) {
    this.dtype = dtype;
    this.key = key;
    this.bytes = bytes;
  }
}

/** A tensor: where its elements lie in its storage, in elements. */
export class TensorView {
  readonly storage: Storage;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(storage: Storage, offset: number, shape: readonly number[], strides: readonly number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }
}

/** The values of a tensor: float32 where they are real, doubles where they are whole numbers. */
export type TensorValues = Float32Array | Float64Array;

/**
 * The elements of a tensor in row-major order. `what` names the tensor and its file. Throws file-invalid where it is of a type that
 * is not known, or larger than its storage.
 */
export function readTensor({ storage, offset, shape, strides }: TensorView, what: string): TensorValues {
  const invalid = (text: string) => new LiteBlockError('file-invalid', `${what}: ${text}`);
  const type = Object.hasOwn(elementTypes, storage.dtype) ? elementTypes[storage.dtype] : undefined;
  if (!type) throw invalid(`the type ${storage.dtype} is not known (${Object.keys(elementTypes).join(', ')})`);
  const sizes = [...shape, ...strides, offset];
  const shown = `[${shape.slice(0, mostAxes).join(', ')}] with strides [${strides.slice(0, mostAxes).join(', ')}]`;
  if (
    shape.length > mostAxes ||
    strides.length !== shape.length ||
    !sizes.every((size) => Number.isSafeInteger(size) && size >= 0)
  ) {
    throw invalid(`the shape ${shown} from ${offset} is none (whole numbers from 0, as many strides as sizes)`);
  }
  const count = elements(shape);
  const bytes = storage.bytes();
  const there = Math.floor(bytes.length / type.bytes);
  const last = offset + shape.reduce((sum, size, axis) => sum + (size - 1) * strides[axis], 0);
  if (count > mostValues || (count > 0 && (count > there || last >= there))) {
    throw invalid(`${shown} from ${offset} is beyond its storage of ${there} values (${bytes.length} bytes)`);
  }
  const values = type.real ? new Float32Array(count) : new Float64Array(count);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = shape.map(() => 0);
  let from = offset;
  for (let i = 0; i < count; i++) {
    values[i] = type.read(view, from * type.bytes);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      if (++index[axis] < shape[axis]) break;
      from -= strides[axis] * shape[axis];
      index[axis] = 0;
    }
  }
  return values;
}
