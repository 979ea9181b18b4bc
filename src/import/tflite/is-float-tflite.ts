import { readTflite } from './model.ts';

const quantized: readonly string[] = ['int8', 'uint8', 'int16'];

/**
 * Whether a `.tflite` is a float model: it takes and gives real values alone, and no operator makes quantised ones on the way.
 * `source` names it in messages. Throws what `readTflite` throws.
 */
export function isFloatTflite(bytes: Uint8Array, source: string): boolean {
  const { tensors, operators, inputs, outputs } = readTflite(bytes, source);
  const typeOf = (id: number): string => `${tensors[id]?.type}`;
  const made = operators.flatMap((operator) => operator.outputs);
  return (
    [...inputs, ...outputs].every((id) => typeOf(id) === 'float32') &&
    !made.some((id) => quantized.includes(typeOf(id)))
  );
}
