import { LiteBlockError } from '../../format/errors.ts';
import { elements } from '../../graph/tensor.ts';
import { elementTypes } from '../element-types.ts';
import { type Constant, integerConstant, realConstant } from '../nchw/value.ts';
import { type ExternalData, externalBytes } from './external-data.ts';
import type { ProtoMessage } from './message.ts';
import type { OnnxConstant } from './model.ts';
import { dataTypeOf, tensorFields as fields } from './schema.ts';

/** Values of one tensor: half a gigabyte of float32. */
const mostValues = 2 ** 27;

/** Axes of a tensor. */
const mostAxes = 64;

/** A tensor of the file, whose values are read when they are wanted. `what` names it and the file. */
export function tensorOf(message: ProtoMessage, name: string, what: string, external: ExternalData): OnnxConstant {
  const dtype = dataTypeOf(message.integer(fields.dataType));
  return {
    dtype,
    count: elements(message.integers(fields.dims)),
    read: () => readTensor(message, { dtype, name, what, external }),
  };
}

interface Named {
  readonly dtype: string;
  readonly name: string;
  readonly what: string;
  readonly external: ExternalData;
}

function readTensor(message: ProtoMessage, { dtype, name, what, external }: Named): Constant {
  const invalid = (text: string) => new LiteBlockError('file-invalid', `${what}: ${text}`);
  const shape = message.integers(fields.dims);
  const count = elements(shape);
  const shown = `[${shape.slice(0, mostAxes).join(', ')}]`;
  if (shape.length > mostAxes || !shape.every((size) => size >= 0) || !(count <= mostValues)) {
    throw invalid(`the shape ${shown} is none, or too large (sizes from 0, at most 2^27 values)`);
  }
  const isReal = Object.hasOwn(elementTypes, dtype) ? elementTypes[dtype].real : smallBits[dtype] ? false : undefined;
  if (isReal === undefined) throw invalid(`values of the type ${dtype} are not supported (${known})`);
  const stored = message.integer(fields.dataLocation) === 1 ? externalBytes(message, what, external) : undefined;
  const raw = stored ?? (message.has(fields.rawData) ? message.bytes(fields.rawData) : undefined);
  const misses = (there: string) => invalid(`${there} do not make the ${count} values of ${dtype} ${shown}`);
  if (raw && raw.length !== bytesOf(dtype, count)) throw misses(`${raw.length} bytes`);
  const values = raw ? rawValues(raw, dtype, count) : typedValues(message, dtype, count);
  if (values.length !== count) throw misses(`${values.length} values`);
  return isReal
    ? realConstant(shape, Float32Array.from(values), name)
    : { ...integerConstant(shape, values, name), type: dtype };
}

/** Types of which two elements share a byte, the first in its lower half. */
const smallBits: Readonly<Record<string, (nibble: number) => number>> = {
  uint4: (nibble) => nibble,
  int4: (nibble) => (nibble << 28) >> 28,
};

const known = [...Object.keys(elementTypes), ...Object.keys(smallBits)].join(', ');

const bytesOf = (dtype: string, count: number): number =>
  smallBits[dtype] ? Math.ceil(count / 2) : count * elementTypes[dtype].bytes;

function rawValues(bytes: Uint8Array, dtype: string, count: number): ArrayLike<number> {
  const small = smallBits[dtype];
  if (small) return nibbles(bytes, count, small);
  const { real, read } = elementTypes[dtype];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = real ? new Float32Array(count) : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = read(view, i * elementTypes[dtype].bytes);
  return values;
}

const nibbles = (bytes: ArrayLike<number>, count: number, read: (nibble: number) => number): number[] =>
  Array.from({ length: count }, (_, i) => read((bytes[i >> 1] >> ((i % 2) * 4)) & 15));

/** Values in the fields that protobuf has types for: halves are their bits in int32_data. */
function typedValues(message: ProtoMessage, dtype: string, count: number): number[] {
  if (dtype === 'float32') return message.floats(fields.floatData);
  if (dtype === 'float64') return message.doubles(fields.doubleData);
  if (dtype === 'int64') return message.integers(fields.int64Data);
  if (dtype === 'uint32' || dtype === 'uint64') return message.unsigned(fields.uint64Data);
  const words = message.integers(fields.int32Data);
  const small = smallBits[dtype];
  if (small) return words.length === Math.ceil(count / 2) ? nibbles(words, count, small) : words;
  if (!dtype.includes('float')) return words;
  const view = new DataView(new ArrayBuffer(2));
  return words.map((word) => {
    view.setUint16(0, word, true);
    return elementTypes[dtype].read(view, 0);
  });
}
