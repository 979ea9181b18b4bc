import type { FileTensor } from '../file-model.ts';
import type { TfliteModel, TfliteOperator } from './model.ts';
import { realBytes } from './real-bytes.ts';

/** Bytes that all weights of a model may have as real values. */
const mostRealBytes = 2 ** 28;

/**
 * Dynamic-range models have int8 weights and real activations, which TFLite quantises while it runs. Here such weights become the
 * real values that they stand for, so that the model is one of real values. Others are given as they are.
 */
export function realWeights(model: TfliteModel): { readonly model: TfliteModel; readonly isDynamicRange: boolean } {
  const tensors = [...model.tensors];
  const made = new Set([...model.inputs, ...model.operators.flatMap(({ outputs }) => outputs)]);
  const isQuantized = ({ index, type, bytes, quantization }: FileTensor): boolean =>
    (type === 'int8' || type === 'uint8') && bytes !== undefined && quantization !== undefined && !made.has(index);
  const twins = new Map<number, number>();
  let budget = mostRealBytes;
  const real = (id: number): number => {
    const tensor = tensors[id];
    const known = twins.get(id);
    if (known !== undefined || !tensor || !isQuantized(tensor)) return known ?? id;
    budget -= 4 * (tensor.bytes?.length ?? 0);
    const bytes = budget < 0 ? undefined : realBytes(tensor);
    if (!bytes) return id;
    const index =
      tensors.push({ ...tensor, index: tensors.length, type: 'float32', quantization: undefined, bytes }) - 1;
    twins.set(id, index);
    return index;
  };
  const operators = model.operators.map((operator): TfliteOperator => {
    const { name, inputs, outputs } = operator;
    const givesReal = outputs.length > 0 && outputs.every((id) => tensors[id]?.type === 'float32');
    return givesReal && name !== 'DEQUANTIZE' ? { ...operator, inputs: inputs.map(real) } : operator;
  });
  return twins.size === 0
    ? { model, isDynamicRange: false }
    : { model: { ...model, tensors, operators }, isDynamicRange: true };
}
