import { expect } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { elements } from '../../src/graph/tensor.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

export const image = (shape: readonly number[]): WriteTensor => ({ shape, scale: [0.5], zeroPoint: [3] });
export const real = (shape: readonly number[]): WriteTensor => ({ shape, type: 'float32' });
export const ints = (...values: readonly number[]): WriteTensor => ({
  shape: [values.length],
  type: 'int32',
  bytes: int32Bytes(values),
});
export const bytesOf = (values: readonly number[]): Uint8Array => new Uint8Array(Int8Array.from(values).buffer);
export const counting = (shape: readonly number[]): number[] =>
  Array.from({ length: elements(shape) }, (_, i) => (i % 200) - 100);

/**
 * A matrix product whose weights, tensor 1, come of other constants through operators; `tensors` begin behind the output, with
 * index 3.
 */
export function product(
  weights: WriteTensor,
  tensors: readonly WriteTensor[],
  operators: readonly WriteOperator[],
  [x, y] = [image([1, weights.shape[1] as number]), image([1, weights.shape[0] as number])],
): Uint8Array {
  const fullyConnected = { name: 'FULLY_CONNECTED', inputs: [0, 1], outputs: [2], optionsType: 8 };
  return writeTflite({
    tensors: [x as WriteTensor, weights, y as WriteTensor, ...tensors],
    operators: [...operators, fullyConnected],
    inputs: [0],
    outputs: [2],
  });
}

/** The weights that a matrix product has got. */
export function weightsOf({ nodes, tensors }: Graph): number[] {
  expect(nodes.map(({ op }) => op.type)).toEqual(['FullyConnected']);
  return Array.from(tensors[nodes[0]?.inputs[1] as number]?.data as Int8Array);
}

export const quantized = (shape: readonly number[], values: readonly number[]): WriteTensor => ({
  shape,
  scale: [0.25],
  zeroPoint: [0],
  bytes: bytesOf(values),
});
