import { elements } from '../../graph/tensor.ts';
import type { FileTensor, FileType } from '../file-model.ts';
import type { TfliteModel, TfliteOperator } from './model.ts';
import { realBytes } from './real-bytes.ts';

/** Bytes of an element of the types that constants are folded of. */
const elementBytes: Partial<Record<FileType, number>> = {
  int8: 1,
  uint8: 1,
  float16: 2,
  int32: 4,
  float32: 4,
  int64: 8,
};

/** The constant that an operator makes of x, as the bytes of y; undefined where it makes none. Operands are tensors with bytes. */
type Fold = (x: FileTensor, y: FileTensor, operands: readonly (FileTensor | undefined)[]) => Uint8Array | undefined;

const sameType = (x: FileTensor, y: FileTensor): boolean => x.type === y.type && elementBytes[x.type] !== undefined;

/** The same bytes in another shape. Sparse constants are dense by now. */
const asItIs: Fold = (x, y) => (sameType(x, y) && elements(x.shape) === elements(y.shape) ? x.bytes : undefined);

/** float16 and int8 weights as float32 of the same values. */
const dequantize: Fold = (x, y) =>
  y.type === 'float32' && String(x.shape) === String(y.shape) ? realBytes(x) : undefined;

const transpose: Fold = (x, y, [, order]) => {
  if (!sameType(x, y) || order?.type !== 'int32' || order.bytes?.length !== 4 * x.shape.length) return undefined;
  const rank = x.shape.length;
  const axes = [...new Int32Array(Uint8Array.from(order.bytes).buffer)].map((axis) => (axis < 0 ? axis + rank : axis));
  const isOrder = x.shape.every((_, axis) => axes.includes(axis));
  if (!isOrder || String(axes.map((axis) => x.shape[axis])) !== String(y.shape)) return undefined;
  return transposed(x.bytes as Uint8Array, x.shape, axes, elementBytes[x.type] as number);
};

function transposed(
  bytes: Uint8Array,
  shape: readonly number[],
  axes: readonly number[],
  elementSize: number,
): Uint8Array {
  const strides = shape.map((_, axis) => elements(shape.slice(axis + 1)));
  const steps = axes.map((axis) => strides[axis]);
  const sizes = axes.map((axis) => shape[axis]);
  const y = new Uint8Array(bytes.length);
  const index = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < bytes.length; to += elementSize) {
    for (let i = 0; i < elementSize; i++) y[to + i] = bytes[from * elementSize + i];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++index[axis] < sizes[axis]) break;
      from -= steps[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
  return y;
}

const folds: ReadonlyMap<string, Fold> = new Map([
  ['DENSIFY', asItIs],
  ['DEQUANTIZE', dequantize],
  ['EXPAND_DIMS', asItIs],
  ['RESHAPE', asItIs],
  ['SQUEEZE', asItIs],
  ['TRANSPOSE', transpose],
]);

/** Names of the operators that are computed on import where they compute constants. */
export const constantOperators: readonly string[] = [...folds.keys()];

/** Bytes that all folded constants may have: those of the weights of a large model. Any number of operators may name one tensor. */
const mostFoldedBytes = 2 ** 28;

/**
 * Converters put weights behind operators: a DEQUANTIZE where they are float16 or int8, a TRANSPOSE, a RESHAPE, a DENSIFY where
 * they are sparse. What these make of constants is a constant, and they go; one that does anything else stays, and is refused as
 * others are.
 */
export function foldConstants(model: TfliteModel): TfliteModel {
  const tensors = [...model.tensors];
  const borders = new Set([...model.inputs, ...model.outputs]);
  const makers = new Map<number, number>();
  for (const { outputs } of model.operators) for (const id of outputs) makers.set(id, (makers.get(id) ?? 0) + 1);
  const isConstant = ({ index, bytes, isVariable, isSparse }: FileTensor): boolean =>
    bytes !== undefined && !isVariable && !isSparse && !borders.has(index) && !makers.has(index);
  const known = new Map<Uint8Array, { readonly key: string; readonly bytes: Uint8Array }[]>();
  let budget = mostFoldedBytes;

  const bytesOf = ({ name, custom, inputs, outputs }: TfliteOperator): Uint8Array | undefined => {
    const fold = custom ? undefined : folds.get(name);
    const operands = inputs.map((id) => (id >= 0 && isConstant(tensors[id]) ? tensors[id] : undefined));
    const [x, y] = [operands[0], tensors[outputs[0] ?? -1]];
    if (!fold || !x?.bytes || !y || outputs.length !== 1 || borders.has(y.index) || makers.get(y.index) !== 1)
      return undefined;
    if (x.bytes.length !== elements(x.shape) * (elementBytes[x.type] ?? 0)) return undefined;
    // Tensors share buffers: what is made of one is made once.
    const key = JSON.stringify([
      name,
      x.shape,
      x.type,
      x.quantization,
      y.type,
      y.shape,
      operands.slice(1).map((each) => each && [...(each.bytes ?? [])]),
    ]);
    const made = known.get(x.bytes) ?? [];
    const same = made.find((each) => each.key === key);
    if (same) return same.bytes;
    budget -= 4 * x.bytes.length;
    const bytes = budget < 0 ? undefined : fold(x, y, operands);
    if (bytes) known.set(x.bytes, [...made, { key, bytes }]);
    return bytes;
  };

  const operators = model.operators.filter((operator) => {
    const bytes = bytesOf(operator);
    const [y] = operator.outputs;
    if (!bytes) return true;
    tensors[y] = { ...tensors[y], bytes };
    makers.delete(y);
    return false;
  });
  return operators.length === model.operators.length ? model : { ...model, tensors, operators };
}
