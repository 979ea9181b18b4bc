import type { FileOperator, FileQuantization, FileTensor, FileVariable } from '../file-model.ts';
import type { TfliteModel, TfliteOperator } from './model.ts';

/** q − 128 as int8, which is a change of the highest bit. */
const offset = 128;

/**
 * Legacy models hold uint8. Every such tensor becomes int8 of the same real values, q − 128 with the zero point − 128, so
 * that operators see int8 alone; `shifted` says where the meaning of one depends on what the file has. Inputs and
 * outputs of the model stay as the user knows them: a QUANTIZE stands between an input and its readers, and between
 * what is computed and an output. A QUANTIZE of the file reads and writes uint8 itself.
 */
export function shiftUint8(model: TfliteModel): TfliteModel {
  if (!model.tensors.some(isLegacy)) return model;
  const shift = shiftOnce();
  const [given, wanted] = [new Set(model.inputs), new Set(model.outputs)];
  const isBorder = (index: number): boolean => given.has(index) || wanted.has(index);
  const { variables = [] } = model;
  const tensors = model.tensors.map((tensor) => (isLegacy(tensor) && !isBorder(tensor.index) ? shift(tensor) : tensor));
  /** The int8 twin of a tensor at the border, of the same name, added when somebody asks for it. */
  const twins = new Map<number, number>();
  const inside = (index: number): number => {
    const tensor = model.tensors[index];
    if (!tensor || !isLegacy(tensor) || !isBorder(index)) return index;
    const known = twins.get(index);
    if (known !== undefined) return known;
    const twin = { ...shift(tensor), index: tensors.length };
    tensors.push(twin);
    twins.set(index, twin.index);
    return twin.index;
  };

  const read = new Set([...model.operators.flatMap(({ inputs }) => inputs), ...variables.map(({ next }) => next)]);
  const operators: TfliteOperator[] = [];
  const quantized = new Set<number>();
  for (const operator of model.operators) {
    const direct = isQuantize(operator);
    const inputs = operator.inputs.map((index) => (direct && given.has(index) ? index : inside(index)));
    for (const [i, index] of operator.inputs.entries()) {
      if (inputs[i] === index || !given.has(index) || quantized.has(index)) continue;
      quantized.add(index);
      operators.push(quantizeOf(operator.index, index, inputs[i]));
    }
    const outputs = operator.outputs.map((index) =>
      given.has(index) || (direct && !read.has(index)) ? index : inside(index),
    );
    operators.push({ ...operator, inputs, outputs });
  }
  const shiftVariable = (variable: FileVariable): FileVariable => {
    const { value, next, bytes } = variable;
    const last = model.operators.length;
    if (inside(next) !== next && given.has(next) && !quantized.has(next)) {
      quantized.add(next);
      operators.push(quantizeOf(last, next, inside(next)));
    }
    if (inside(value) !== value) operators.push(quantizeOf(last, inside(value), value));
    const isShifted = isLegacy(model.tensors[value]);
    return { ...variable, value: inside(value), next: inside(next), bytes: isShifted ? shiftBytes(bytes) : bytes };
  };
  for (const { index, outputs } of model.operators) {
    for (const output of outputs) {
      const twin = twins.get(output);
      if (twin !== undefined && wanted.has(output) && !given.has(output))
        operators.push(quantizeOf(index, twin, output));
    }
  }
  if (variables.length === 0) return { ...model, tensors, operators };
  return { ...model, tensors, operators, variables: variables.map(shiftVariable) };
}

const isLegacy = ({ type, quantization }: FileTensor): boolean => type === 'uint8' && quantization !== undefined;

const isQuantize = ({ name, custom }: FileOperator): boolean => name === 'QUANTIZE' && !custom;

const quantizeOf = (index: number, from: number, to: number): TfliteOperator => ({
  index,
  name: 'QUANTIZE',
  custom: false,
  inputs: [from],
  outputs: [to],
  optionsType: 0,
  options: undefined,
  inserted: true,
});

const shiftBytes = (bytes: Uint8Array): Uint8Array => bytes.map((value) => value ^ offset);

/** Shifts tensors, and the bytes that several share only once. */
function shiftOnce(): (tensor: FileTensor) => FileTensor {
  const known = new Map<Uint8Array, Uint8Array>();
  const shiftKnown = (bytes: Uint8Array): Uint8Array => {
    const shifted = known.get(bytes) ?? shiftBytes(bytes);
    known.set(bytes, shifted);
    return shifted;
  };
  return (tensor) => ({
    ...tensor,
    type: 'int8',
    shifted: true,
    quantization: shiftZeroPoints(tensor.quantization as FileQuantization),
    bytes: tensor.bytes && shiftKnown(tensor.bytes),
  });
}

/** A file without zero points means 0, as `quantizationOf` reads it. */
const shiftZeroPoints = ({ scale, zeroPoint, dimension }: FileQuantization): FileQuantization => ({
  scale,
  zeroPoint: (zeroPoint.length > 0 ? zeroPoint : scale.map(() => 0)).map((value) => value - offset),
  dimension,
});

/** A zero point as the file has it, for messages. */
export const zeroPointInFile = ({ shifted }: FileTensor, zeroPoint: number): number =>
  shifted ? zeroPoint + offset : zeroPoint;
