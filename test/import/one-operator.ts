import type { Graph } from '../../src/graph/graph.ts';
import type { Node } from '../../src/graph/op.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

export const image = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  scale: [0.5],
  zeroPoint: [3],
  ...more,
});
export const weights = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  scale: [0.25],
  zeroPoint: [0],
  bytes: Uint8Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
  ...more,
});
export const ints = (values: readonly number[], shape: readonly number[] = [values.length]): WriteTensor => ({
  shape,
  type: 'int32',
  bytes: int32Bytes(values),
});

/** Imports one operator that reads tensors 0… and makes the last; the model's input is tensor `input`. */
export function importOne(
  name: string,
  tensors: readonly WriteTensor[],
  more: Partial<WriteOperator> = {},
  input = 0,
): Graph {
  const last = tensors.length - 1;
  const operator = { name, inputs: tensors.slice(0, -1).map((_, i) => i), outputs: [last], ...more };
  return importTflite(writeTflite({ tensors, operators: [operator], inputs: [input], outputs: [last] }), 'm.tflite');
}

export const first = (graph: Graph): Node => graph.nodes[0] as Node;
export const inputOf = (graph: Graph, i: number) => graph.tensors[first(graph).inputs[i] as number];

/** Options of a convolution: SAME, strides, dilations. */
export const same = (
  stride: readonly [number, number],
  dilation: readonly [number, number] = [1, 1],
): Partial<WriteOperator> => ({
  optionsType: 1,
  options: [
    [0, 'int8', 0],
    [1, 'int32', stride[1]],
    [2, 'int32', stride[0]],
    [4, 'int32', dilation[1]],
    [5, 'int32', dilation[0]],
  ],
});
