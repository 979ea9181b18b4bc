import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const image = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  scale: [0.5],
  zeroPoint: [3],
  ...more,
});
const ints = (...values: number[]): WriteTensor => ({
  shape: [values.length],
  type: 'int32',
  bytes: int32Bytes(values),
});

/** One operator: its inputs, of which constants are not inputs of the model, and its outputs. */
function importOne(
  name: string,
  inputs: readonly WriteTensor[],
  outputs: readonly WriteTensor[],
  more: Partial<WriteOperator> = {},
): Graph {
  const read = inputs.map((_, i) => i);
  const made = outputs.map((_, i) => inputs.length + i);
  const operator = { name, inputs: read, outputs: made, ...more };
  const given = read.filter((i) => !inputs[i]?.bytes);
  const unread = inputs.length + outputs.length;
  const tensors = [...inputs, ...outputs, image([1, 1, 1, 1])];
  const model = { tensors, operators: [operator], inputs: given.length > 0 ? given : [unread], outputs: made };
  return importTflite(writeTflite(model), 'm.tflite');
}

const types = ({ nodes }: Graph): string[] => nodes.map(({ op }) => op.type);
const shapeOf = (graph: Graph, id: number | undefined) => graph.tensors[id ?? -1]?.shape;
const faults = (run: () => unknown): string[] => refusal(run).problems.map(({ what }) => what);

const along = (axis: number, activation = 0): Partial<WriteOperator> => ({
  optionsType: 10,
  options: [
    [0, 'int32', axis],
    [1, 'int8', activation],
  ],
});

describe('CONCATENATION', () => {
  const a = image([1, 2, 3, 4]);

  it('along channels is one node, however the axis is counted', () => {
    for (const axis of [3, -1]) {
      const graph = importOne('CONCATENATION', [a, image([1, 2, 3, 1]), a], [image([1, 2, 3, 9])], along(axis));
      expect(types(graph)).toEqual(['Concat']);
      expect(graph.nodes[0]?.inputs).toEqual(graph.inputs);
    }
    expect(types(importOne('CONCATENATION', [image([5]), image([2])], [image([7])], along(0)))).toEqual(['Concat']);
  });

  it('along columns joins rows seen as pixels, along rows whole images', () => {
    const columns = importOne('CONCATENATION', [a, image([1, 2, 2, 4])], [image([1, 2, 5, 4])], along(-2));
    expect(types(columns)).toEqual(['Reshape', 'Reshape', 'Concat', 'Reshape']);
    expect(shapeOf(columns, columns.nodes[2]?.outputs[0])).toEqual([1, 2, 1, 20]);
    const rows = importOne('CONCATENATION', [a, image([1, 1, 3, 4])], [image([1, 3, 3, 4])], along(1));
    expect(shapeOf(rows, rows.nodes[2]?.outputs[0])).toEqual([1, 1, 1, 36]);
    expect(shapeOf(rows, rows.outputs[0])).toEqual([1, 3, 3, 4]);
  });

  it('requantises int8 inputs of other scales, and rescales uint8 as TFLite does', () => {
    const other = { scale: [0.25] };
    const graph = importOne('CONCATENATION', [a, image([1, 2, 3, 1], other)], [image([1, 2, 3, 5])], along(3));
    expect(types(graph)).toEqual(['Quantize', 'Concat']);
    const u8 = { type: 'uint8', zeroPoint: [131] } as const;
    const legacy = [image([1, 2, 3, 4], u8), image([1, 2, 3, 1], { ...u8, ...other })];
    expect(types(importOne('CONCATENATION', legacy, [image([1, 2, 3, 5], u8)], along(3)))).toContain('Rescale');
  });

  it('clamps its inputs', () => {
    const graph = importOne('CONCATENATION', [a, a], [image([1, 2, 3, 8])], along(3, 1));
    expect(types(graph)).toEqual(['Relu', 'Relu', 'Concat']);
  });

  it('brings constants into shape and scale itself', () => {
    const bytes = Uint8Array.from({ length: 12 }, (_, i) => 2 * i);
    const constant = image([1, 1, 3, 4], { bytes, scale: [0.25], zeroPoint: [0] });
    const graph = importOne('CONCATENATION', [a, constant], [image([1, 3, 3, 4])], along(1));
    expect(types(graph)).toEqual(['Reshape', 'Concat', 'Reshape']);
    const made = graph.tensors[graph.nodes[1]?.inputs[1] as number] as Tensor;
    expect(made.shape).toEqual([1, 1, 1, 12]);
    expect([...(made.data as Int8Array)]).toEqual(Array.from({ length: 12 }, (_, i) => i + 3));
  });

  it.each([
    [
      along(0),
      [image([2, 2, 3, 4]), image([2, 2, 3, 4])],
      image([2, 2, 3, 8]),
      'it joins batches (along height, width or channels)',
    ],
    [along(4), [a, a], image([1, 2, 3, 8]), 'there is no axis 4 in a shape of 4 axes'],
    [along(-5), [a, a], image([1, 2, 3, 8]), 'there is no axis -5 in a shape of 4 axes'],
    [along(3), [], image([1, 2, 3, 8]), 'it has no input'],
    [
      along(3),
      [a, image([1, 2, 2, 4])],
      image([1, 2, 3, 8]),
      'the shapes [1, 2, 3, 4] and [1, 2, 2, 4] differ in other axes than 3',
    ],
    [along(3, 4), [a, a], image([1, 2, 3, 8]), 'TANH'],
  ] as const)('is refused with %j', (options, inputs, output, message) => {
    expect(faults(() => importOne('CONCATENATION', inputs, [output], options)).join()).toContain(message);
  });
});

describe('SPLIT and SPLIT_V', () => {
  const x = image([1, 2, 6, 4]);

  it('are a slice for each output', () => {
    const half = image([1, 2, 6, 2]);
    const graph = importOne('SPLIT', [ints(-1), x], [half, half]);
    expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([
      { begin: [0, 0, 0], size: [2, 6, 2] },
      { begin: [0, 0, 2], size: [2, 6, 2] },
    ]);
    expect(graph.outputs).toEqual(graph.nodes.flatMap(({ outputs }) => outputs));
    const sizes = [image([1, 2, 1, 4]), image([1, 2, 3, 4]), image([1, 2, 2, 4])];
    const uneven = importOne('SPLIT_V', [x, ints(1, -1, 2), ints(2)], sizes);
    expect(uneven.nodes.map(({ attributes }) => (attributes as { begin: unknown }).begin)).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 4, 0],
    ]);
  });

  it('may have outputs that nobody reads', () => {
    const half = image([1, 1, 6, 4]);
    const model = {
      tensors: [ints(1), x, half, half],
      operators: [{ name: 'SPLIT', inputs: [0, 1], outputs: [2, 3] }],
      inputs: [1],
      outputs: [3],
    };
    expect(importTflite(writeTflite(model), 'm.tflite').outputs).toEqual([2]);
  });

  it.each([
    ['SPLIT', [ints(1), x], [x, x, x], 'axis 1 of [1,2,6,4] is not 3 equal parts'],
    ['SPLIT', [ints(0), image([1, 2, 6, 4])], [x, x], 'axis 0 of [1,2,6,4] is not 2 equal parts'],
    ['SPLIT', [ints(7), x], [x], 'there is no axis 7 in a shape of 4 axes'],
    ['SPLIT', [ints(1, 2), x], [x], 'its axis has 2 values; expected one'],
    ['SPLIT_V', [x, ints(3, 4), ints(2)], [x, x], 'sizes [3, 4] for 2 outputs do not fit axis 2'],
    ['SPLIT_V', [x, ints(-1, -1), ints(2)], [x, x], 'sizes [-1, -1] for 2 outputs do not fit axis 2'],
    ['SPLIT_V', [x, ints(7, -1), ints(2)], [x, x], 'sizes [7, -1] for 2 outputs do not fit axis 2'],
    ['SPLIT_V', [x, ints(6), ints(2)], [x, x], 'sizes [6] for 2 outputs do not fit axis 2'],
  ] as const)('%s is refused', (name, inputs, outputs, message) => {
    expect(faults(() => importOne(name, inputs, outputs)).join()).toContain(message);
  });
});

describe('SLICE and STRIDED_SLICE', () => {
  const x = image([1, 5, 6, 4]);
  const masks = (begin: number, end: number, shrink: number, ellipsis = 0): Partial<WriteOperator> => ({
    optionsType: 32,
    options: [
      [0, 'int32', begin],
      [1, 'int32', end],
      [2, 'int32', ellipsis],
      [4, 'int32', shrink],
    ],
  });

  it('take a size of −1 to the end', () => {
    const graph = importOne('SLICE', [x, ints(0, 1, 2, 0), ints(1, 3, -1, 4)], [image([1, 3, 4, 4])]);
    expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([{ begin: [1, 2, 0], size: [3, 4, 4] }]);
  });

  it('count from the end, hold ends inside and leave out masked ones', () => {
    const inputs = [x, ints(0, -4, 9, 1), ints(1, -1, 9, 99), ints(1, 1, 1, 1)];
    const graph = importOne('STRIDED_SLICE', inputs, [image([1, 3, 6, 3])], masks(4, 4, 0));
    expect(graph.nodes.map(({ attributes }) => attributes)).toEqual([{ begin: [1, 0, 1], size: [3, 6, 3] }]);
  });

  it('drop axes, whatever their ends, and move others up', () => {
    const inputs = [x, ints(0, 0, -1, 0), ints(1, 5, 0, 4), ints(1, 1, 1, 1)];
    const graph = importOne('STRIDED_SLICE', inputs, [image([1, 5, 4])], masks(0, 0, 4));
    expect(types(graph)).toEqual(['Slice', 'Reshape']);
    expect(graph.nodes[0]?.attributes).toEqual({ begin: [0, 5, 0], size: [5, 1, 4] });
    expect(shapeOf(graph, graph.outputs[0])).toEqual([1, 1, 5, 4]);
  });

  it.each([
    ['SLICE', [x, ints(0, 4, 0, 0), ints(1, 2, 6, 4)], {}, '2 from 4 on is not part of axis 1 of [1, 5, 6, 4]'],
    ['SLICE', [x, ints(0, 1), ints(1, 2)], {}, '2 first elements and 2 sizes do not fit [1,5,6,4] (one an axis)'],
    [
      'STRIDED_SLICE',
      [x, ints(0, 0), ints(1, 5), ints(1, 2)],
      masks(0, 0, 0),
      'it gives [1, 3, 6, 4], but the file declares [1, 5, 6, 4]',
    ],
    [
      'STRIDED_SLICE',
      [x, ints(0, 3), ints(1, 3), ints(1, 1)],
      masks(0, 0, 0),
      '0 from 3 on is not part of axis 1 of [1, 5, 6, 4]',
    ],
    [
      'STRIDED_SLICE',
      [x, ints(0, 5), ints(1, 9), ints(1, 1)],
      masks(0, 0, 2),
      '1 from 5 on is not part of axis 1 of [1, 5, 6, 4]',
    ],
    [
      'STRIDED_SLICE',
      [x, ints(0, 0), ints(1, 5), ints(1, 1)],
      masks(0, 0, 0, 1),
      'an ellipsis is not supported (ranges and dropped axes)',
    ],
  ] as const)('%s is refused', (name, inputs, options, message) => {
    expect(faults(() => importOne(name, inputs, [x], options)).join()).toContain(message);
  });
});

describe('SQUEEZE and EXPAND_DIMS', () => {
  it('are reshapes', () => {
    const squeezed = importOne('SQUEEZE', [image([1, 1, 1, 9])], [image([1, 9])]);
    expect(types(squeezed)).toEqual(['Reshape']);
    const expanded = importOne('EXPAND_DIMS', [image([1, 5, 4]), ints(1)], [image([1, 1, 5, 4])]);
    expect(shapeOf(expanded, expanded.outputs[0])).toEqual([1, 1, 5, 4]);
  });

  it('whose axis is computed are refused', () => {
    const axis: WriteTensor = { shape: [1], type: 'int32' };
    const run = () => importOne('EXPAND_DIMS', [image([1, 5, 4]), axis], [image([1, 1, 5, 4])]);
    expect(faults(run).join()).toContain('its axis must be constant; it is computed');
  });
});
