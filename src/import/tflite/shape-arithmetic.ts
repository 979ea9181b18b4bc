import type { Conversion } from '../conversion.ts';
import type { FileTensor } from '../file-model.ts';
import { scalar } from './flatbuffer.ts';
import type { TfliteOperator } from './model.ts';
import { packOptions, stridedSliceOptions } from './schema.ts';

/**
 * Converters that leave sizes open make the target of a reshape or resize of the shape of an activation: SHAPE, STRIDED_SLICE
 * of some sizes, PACK with constant others, MUL by a factor. All shapes are known here, so these become constants, and are not
 * nodes.
 */
type Fold = (inputs: readonly Integers[], operator: TfliteOperator) => Integers | undefined;

/** A constant of integers: a list, or one of them without an axis. */
interface Integers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

const stridedSlice: Fold = ([x, begin, end, strides], { options }) => {
  if (x?.shape.length !== 1 || [begin, end, strides].some((list) => list?.values.length !== 1)) return undefined;
  const size = x.values.length;
  const at = (list: Integers | undefined): number => {
    const index = list?.values[0] as number;
    return Math.min(Math.max(index < 0 ? index + size : index, 0), size);
  };
  const mask = (slot: number): boolean => (scalar(options, slot, 'Int32') & 1) === 1;
  if (strides?.values[0] !== 1 || mask(stridedSliceOptions.ellipsisMask) || mask(stridedSliceOptions.newAxisMask)) {
    return undefined;
  }
  const from = mask(stridedSliceOptions.beginMask) ? 0 : at(begin);
  if (mask(stridedSliceOptions.shrinkAxisMask)) return { shape: [], values: x.values.slice(from, from + 1) };
  const values = x.values.slice(from, mask(stridedSliceOptions.endMask) ? size : at(end));
  return { shape: [values.length], values };
};

const pack: Fold = (inputs, { options }) => {
  if (scalar(options, packOptions.axis, 'Int32') !== 0 || inputs.some(({ shape }) => shape.length > 0))
    return undefined;
  const values = inputs.flatMap((input) => input.values);
  return { shape: [values.length], values };
};

/** Twice the height and width, for a resize. */
const mul: Fold = ([a, b]) => {
  if (!a || !b || (b.values.length > 1 && b.values.length !== a.values.length)) return undefined;
  const values = a.values.map((value, i) => value * (b.values.length > 1 ? b.values[i] : (b.values[0] ?? 1)));
  return { shape: a.shape, values };
};

const folds: ReadonlyMap<string, Fold> = new Map([
  ['STRIDED_SLICE', stridedSlice],
  ['PACK', pack],
  ['MUL', mul],
]);

/** Names of the operators that are computed on import where they compute shapes. */
export const shapeOperators: readonly string[] = ['SHAPE', ...folds.keys()];

/** More than a shape has. */
const mostIntegers = 16;

function integersOf({ files, activations }: Conversion, index: number): Integers | undefined {
  const file = files[index];
  if (file?.type !== 'int32' || !file.bytes || activations.has(index)) return undefined;
  const { bytes, shape } = file;
  if (bytes.length % 4 !== 0 || bytes.length > 4 * mostIntegers) return undefined;
  return { shape, values: Array.from(new Int32Array(new Uint8Array(bytes).buffer)) };
}

function shapeOfInput({ writer, files, activations }: Conversion, index: number): Integers | undefined {
  const id = activations.get(index);
  const shape = files[index]?.shape;
  return id === undefined || writer.isPending(id) || !shape ? undefined : { shape: [shape.length], values: shape };
}

/** Makes a constant of an operator's output where it computes shapes. False where it does not. */
export function foldShape(conversion: Conversion, operator: TfliteOperator, output: FileTensor): boolean {
  const { inputs, name, custom } = operator;
  if (custom || output.type !== 'int32') return false;
  const integers = name === 'SHAPE' ? shapeOfInput(conversion, inputs[0] ?? -1) : foldOf(conversion, operator);
  // What comes of a shape that nobody gave is not this operator's fault.
  if (!integers) return conversion.writer.hasPending && shapeOperators.includes(name);
  const bytes = new Uint8Array(Int32Array.from(integers.values).buffer);
  conversion.files[output.index] = { ...output, shape: integers.shape, shapeSignature: [], bytes };
  return true;
}

function foldOf(conversion: Conversion, operator: TfliteOperator): Integers | undefined {
  const given = operator.inputs.map((index) => integersOf(conversion, index));
  return given.includes(undefined) ? undefined : folds.get(operator.name)?.(given as Integers[], operator);
}
