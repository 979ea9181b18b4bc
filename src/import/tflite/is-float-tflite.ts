import { readTflite } from './model.ts';

const quantized: readonly string[] = ['int8', 'uint8', 'int16'];

/**
 * Whether a `.tflite` is a float model: it takes and gives real values alone, and no operator makes quantised ones of them on the
 * way. Weights may be int8 or float16. `source` names it in messages. Throws what `readTflite` throws.
 */
export function isFloatTflite(bytes: Uint8Array, source: string): boolean {
  const { tensors, operators, inputs, outputs } = readTflite(bytes, source);
  const typeOf = (id: number): string => (id < 0 ? '' : tensors[id].type);
  const computed = new Set(inputs);
  for (const operator of operators) {
    if (operator.inputs.some((id) => computed.has(id))) for (const id of operator.outputs) computed.add(id);
  }
  return (
    [...inputs, ...outputs].every((id) => typeOf(id) === 'float32') &&
    ![...computed].some((id) => quantized.includes(typeOf(id)))
  );
}
