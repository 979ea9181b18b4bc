import { elements } from '../../graph/tensor.ts';
import type { FileOperator, FileTensor } from '../file-model.ts';
import { float16 } from '../float16.ts';
import type { TfliteModel } from './model.ts';

/**
 * Models with float16 weights hold them behind a DEQUANTIZE each. Constants of float16 become float32 ones of the same
 * values, and those operators go; one that does anything else stays, and is refused as others are.
 */
export function widenFloat16(model: TfliteModel): TfliteModel {
  const tensors = [...model.tensors];
  const made = new Set([...model.inputs, ...model.outputs]);
  // Tensors share buffers, and any number of operators may name one tensor.
  const widened = new Map<Uint8Array, Uint8Array>();
  const widen = (bytes: Uint8Array): Uint8Array => {
    const known = widened.get(bytes) ?? float32Bytes(bytes);
    widened.set(bytes, known);
    return known;
  };
  const operators = model.operators.filter((operator) => {
    const x = model.tensors[operator.inputs[0] ?? -1];
    const y = model.tensors[operator.outputs[0] ?? -1];
    if (operator.name !== 'DEQUANTIZE' || !x?.bytes || !y || !isWidening(operator, x, y) || made.has(y.index))
      return true;
    made.add(y.index);
    tensors[y.index] = { ...y, bytes: widen(x.bytes) };
    return false;
  });
  return operators.length === model.operators.length ? model : { ...model, tensors, operators };
}

const isWidening = ({ inputs, outputs, custom }: FileOperator, x: FileTensor, y: FileTensor): boolean =>
  !custom &&
  inputs.length === 1 &&
  outputs.length === 1 &&
  x.type === 'float16' &&
  y.type === 'float32' &&
  !x.isSparse &&
  String(x.shape) === String(y.shape) &&
  x.bytes?.length === 2 * elements(x.shape);

function float32Bytes(bytes: Uint8Array): Uint8Array {
  const half = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const values = Float32Array.from({ length: bytes.length / 2 }, (_, i) => float16(half.getUint16(2 * i, true)));
  return new Uint8Array(values.buffer);
}
