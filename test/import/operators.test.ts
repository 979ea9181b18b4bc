import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import type { Node } from '../../src/graph/op.ts';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { int32Bytes, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const image = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  scale: [0.5],
  zeroPoint: [3],
  ...more,
});
const weights = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  scale: [0.25],
  zeroPoint: [0],
  bytes: Uint8Array.from({ length: shape.reduce((product, size) => product * size, 1) }, (_, i) => i),
  ...more,
});
const ints = (values: readonly number[], shape: readonly number[] = [values.length]): WriteTensor => ({
  shape,
  type: 'int32',
  bytes: int32Bytes(values),
});

/** Imports one operator that reads tensors 0… and makes the last; the model's input is tensor `input`. */
function importOne(name: string, tensors: readonly WriteTensor[], more: Partial<WriteOperator> = {}, input = 0): Graph {
  const last = tensors.length - 1;
  const operator = { name, inputs: tensors.slice(0, -1).map((_, i) => i), outputs: [last], ...more };
  return importTflite(writeTflite({ tensors, operators: [operator], inputs: [input], outputs: [last] }), 'm.tflite');
}

const first = (graph: Graph): Node => graph.nodes[0] as Node;
const inputOf = (graph: Graph, i: number) => graph.tensors[first(graph).inputs[i] as number];

/** Options of a convolution: SAME, strides, dilations. */
const same = (
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

describe('windows', () => {
  it('pad SAME with the smaller half before, rows and columns apart', () => {
    const graph = importOne(
      'CONV_2D',
      [image([1, 12, 9, 1]), weights([2, 3, 4, 1]), image([1, 6, 9, 2])],
      same([2, 1]),
    );
    expect(first(graph).attributes).toMatchObject({
      stride: [2, 1],
      dilation: [1, 1],
      padding: { top: 0, bottom: 1, left: 1, right: 2 },
    });
  });

  it('pad SAME over the dilated window', () => {
    const graph = importOne(
      'CONV_2D',
      [image([1, 9, 9, 1]), weights([2, 3, 3, 1]), image([1, 9, 9, 2])],
      same([1, 1], [2, 3]),
    );
    expect(first(graph).attributes).toMatchObject({
      dilation: [2, 3],
      padding: { top: 2, bottom: 2, left: 3, right: 3 },
    });
  });

  it('never pad where the stride skips the rest', () => {
    const graph = importOne('CONV_2D', [image([1, 9, 9, 1]), weights([2, 1, 1, 1]), image([1, 3, 3, 2])], same([3, 3]));
    expect(first(graph).attributes).toMatchObject({ padding: { top: 0, bottom: 0, left: 0, right: 0 } });
  });
});

describe('convolutions', () => {
  it('have groups where the weights have fewer input channels', () => {
    const graph = importOne('CONV_2D', [image([1, 4, 4, 6]), weights([4, 1, 1, 3]), image([1, 4, 4, 4])], same([1, 1]));
    expect(first(graph).attributes).toMatchObject({ groups: 2, activation: 'none', scaleProduct: 'f64' });
  });

  it('take depthwise weights as HWC, scales along C', () => {
    const scale = [1, 2, 3, 4, 5, 6];
    const w = weights([1, 3, 3, 6], { scale, zeroPoint: scale.map(() => 0), dimension: 3 });
    const graph = importOne('DEPTHWISE_CONV_2D', [image([1, 5, 5, 3]), w, image([1, 5, 5, 6])], {
      optionsType: 2,
      options: [
        [1, 'int32', 1],
        [2, 'int32', 1],
        [3, 'int32', 2],
        [4, 'int8', 3],
      ],
    });
    expect(inputOf(graph, 1)).toMatchObject({ shape: [3, 3, 6], quantization: { axis: 2, scale } });
    expect(first(graph).attributes).toMatchObject({ activation: 'relu6' });
  });

  it('do without a bias, be it left out or −1', () => {
    const tensors = [image([1, 4, 4, 2]), weights([2, 1, 1, 2]), image([1, 4, 4, 2])];
    expect(first(importOne('CONV_2D', tensors, same([1, 1]))).inputs[2]).toBe(-1);
    expect(first(importOne('CONV_2D', tensors, { ...same([1, 1]), inputs: [0, 1, -1] })).inputs[2]).toBe(-1);
  });

  it('do not look at the quantised dimension of a bias', () => {
    const bias = { ...ints([1, 2]), scale: [1, 1], zeroPoint: [0, 0], dimension: 3 };
    const graph = importOne(
      'CONV_2D',
      [image([1, 4, 4, 2]), weights([2, 1, 1, 2]), bias, image([1, 4, 4, 2])],
      same([1, 1]),
    );
    expect(inputOf(graph, 2)?.data).toEqual(Int32Array.of(1, 2));
  });
});

describe('fully connected', () => {
  const fc = (w: WriteTensor, x: readonly number[], y: readonly number[], keep = 0) =>
    first(importOne('FULLY_CONNECTED', [image(x), w, image(y)], { optionsType: 8, options: [[2, 'int8', keep]] }));

  it('multiplies scales in float32 per tensor, in double per channel', () => {
    expect(fc(weights([2, 4]), [1, 4], [1, 2]).attributes).toMatchObject({ scaleProduct: 'f32' });
    const perChannel = weights([2, 4], { scale: [1, 2], zeroPoint: [0, 0] });
    expect(fc(perChannel, [1, 4], [1, 2]).attributes).toMatchObject({ scaleProduct: 'f64' });
  });

  it('reads a whole image, or with keep_num_dims every pixel', () => {
    expect(() => fc(weights([2, 36]), [5, 3, 3, 4], [5, 2])).not.toThrow();
    expect(() => fc(weights([2, 4]), [5, 3, 3, 4], [5, 3, 3, 2], 1)).not.toThrow();
    expect(() => fc(weights([2, 4]), [5, 3, 4], [5, 3, 2], 1)).not.toThrow();
  });
});

describe('elementwise operands', () => {
  const add = (a: WriteTensor, b: WriteTensor, y: readonly number[]) => importOne('ADD', [a, b, image(y)]);

  it('are aligned at their last axis', () => {
    const constant = (shape: readonly number[]) => weights(shape, { zeroPoint: [1] });
    expect(inputOf(add(image([2, 3, 3, 4]), constant([4]), [2, 3, 3, 4]), 1)?.shape).toEqual([1, 1, 1, 4]);
    expect(inputOf(add(image([2, 3, 3, 4]), constant([]), [2, 3, 3, 4]), 1)?.shape).toEqual([1, 1, 1, 1]);
    expect(inputOf(add(image([1, 3, 3, 4]), constant([3, 3, 4]), [1, 3, 3, 4]), 1)?.shape).toEqual([1, 3, 3, 4]);
    expect(inputOf(add(image([5, 3, 4]), constant([1, 3, 4]), [5, 3, 4]), 1)?.shape).toEqual([1, 1, 3, 4]);
  });

  it('that differ between images are refused', () => {
    const constant = weights([2, 1, 1, 4]);
    expect(() => add(image([2, 3, 3, 4]), constant, [2, 3, 3, 4])).toThrow(/differs between images/);
  });

  it('whose batch would fall on rows or columns are refused', () => {
    const two = (a: readonly number[], b: readonly number[]) => () => {
      const tensors = [image(a), image(b), image(a)];
      const operators = [{ name: 'ADD', inputs: [0, 1], outputs: [2] }];
      return importTflite(writeTflite({ tensors, operators, inputs: [0, 1], outputs: [2] }), 'm.tflite');
    };
    expect(two([2, 4, 2, 8], [2, 8])).toThrow(/\[2, 8\] is aligned at its last axis: .* mixed with others \(4 axes\)/);
    expect(two([2, 2, 4, 8], [2, 4, 8])).toThrow(/mixed with others/);
    expect(two([1, 4, 2, 8], [1, 8])).not.toThrow();
    expect(two([2, 4, 2, 8], [8])).not.toThrow();
    expect(two([2, 4, 2, 8], [2, 1, 1, 8])).not.toThrow();
  });
});

describe('the batch', () => {
  it('is stripped from graph shapes and kept in those of the file', () => {
    const graph = importOne('QUANTIZE', [image([3, 5, 6, 2]), image([3, 5, 6, 2])]);
    expect(graph.tensors.map(({ shape, fileShape }) => [shape, fileShape])).toEqual([
      [
        [1, 5, 6, 2],
        [3, 5, 6, 2],
      ],
      [
        [1, 5, 6, 2],
        [3, 5, 6, 2],
      ],
    ]);
  });

  it.each([
    { shape: [7, 4], read: [1, 1, 1, 4], perImage: true },
    { shape: [7, 3, 4], read: [1, 1, 3, 4], perImage: true },
    { shape: [4], read: [1, 1, 1, 4], perImage: false },
    { shape: [], read: [1, 1, 1, 1], perImage: false },
  ])('of $shape is read as rank says', ({ shape, read, perImage }) => {
    const graph = importOne('QUANTIZE', [image(shape), image(shape)]);
    expect(graph.tensors[0]).toMatchObject({ shape: read, perImage });
    expect(graph.tensors[1]).toMatchObject({ shape: read, perImage });
  });
});

describe('mean', () => {
  const mean = (x: readonly number[], axes: readonly number[], y: readonly number[], keep: boolean) =>
    importOne('MEAN', [image(x), ints(axes), image(y)], { optionsType: 27, options: [[0, 'int8', keep ? 1 : 0]] });

  it('takes height and width in any order, negative or not', () => {
    expect(first(mean([1, 3, 5, 4], [2, 1], [1, 1, 1, 4], true)).attributes).toEqual({ axes: 'hw' });
    expect(first(mean([2, 3, 5, 4], [-3, -2], [2, 4], false)).attributes).toEqual({ axes: 'hw' });
    expect(first(mean([2, 5, 4], [1], [2, 4], false)).attributes).toEqual({ axes: 'hw' });
  });

  it('takes one of them where the other is 1', () => {
    expect(first(mean([1, 9, 1, 4], [1], [1, 1, 1, 4], true)).attributes).toEqual({ axes: 'hw' });
  });

  it('takes channels, and puts a reshape behind where their axis goes', () => {
    expect(mean([1, 3, 5, 4], [-1], [1, 3, 5, 1], true).nodes.map(({ op }) => op.type)).toEqual(['Mean']);
    const graph = mean([1, 3, 5, 4], [3], [1, 3, 5], false);
    expect(graph.nodes.map(({ op, attributes }) => [op.type, attributes])).toEqual([
      ['Mean', { axes: 'c' }],
      ['Reshape', { shape: [1, 1, 3, 5] }],
    ]);
  });
});

describe('functions of one value', () => {
  const one = (name: string, y: Partial<WriteTensor> = {}, more: Partial<WriteOperator> = {}) =>
    importOne(name, [image([1, 3, 3, 4]), image([1, 3, 3, 4], y)], more);

  it.each([
    ['RELU', 'relu'],
    ['RELU6', 'relu6'],
    ['RELU_N1_TO_1', 'reluN1To1'],
  ])('%s is a clamp between any two scales', (name, activation) => {
    expect(first(one(name, { scale: [0.125] }))).toMatchObject({ op: { type: 'Relu' }, attributes: { activation } });
  });

  it('LOGISTIC makes 1/256 and −128 alone', () => {
    expect(first(one('LOGISTIC', { scale: [1 / 256], zeroPoint: [-128] })).op.type).toBe('Logistic');
    expect(() => one('LOGISTIC', { scale: [1 / 256] })).toThrow(/zero point 3 is not supported \(1\/256 and -128\)/);
    expect(() => one('LOGISTIC', { scale: [1 / 128], zeroPoint: [-128] })).toThrow(/scale 0.0078125/);
  });

  it('TANH makes 1/128 and 0 alone', () => {
    expect(first(one('TANH', { scale: [1 / 128], zeroPoint: [0] })).op.type).toBe('Tanh');
    expect(() => one('TANH', { scale: [1 / 128] })).toThrow(/zero point 3 is not supported \(1\/128 and 0\)/);
  });

  it('PRELU has a constant slope for each channel, or one', () => {
    const slopes = (w: WriteTensor, more: Partial<WriteOperator> = {}) =>
      importOne('PRELU', [image([1, 3, 3, 4]), w, image([1, 3, 3, 4])], more);
    expect(inputOf(slopes(weights([1, 1, 4])), 1)?.shape).toEqual([1, 1, 1, 4]);
    expect(inputOf(slopes(weights([1])), 1)?.shape).toEqual([1, 1, 1, 1]);
    expect(() => slopes(weights([3, 1, 4]))).toThrow(/slopes \[1,3,1,4\] do not fit 4 channels/);
    expect(() => slopes(weights([1, 1, 4]), { inputs: [0, 0] })).toThrow(/its slopes are computed \(constant\)/);
  });

  it('LEAKY_RELU has any slope that is a number', () => {
    const leaky = (alpha: number) => one('LEAKY_RELU', {}, { optionsType: 75, options: [[0, 'float32', alpha]] });
    expect(first(leaky(0.1)).attributes).toEqual({ alpha: Math.fround(0.1) });
    expect(first(one('LEAKY_RELU')).attributes).toEqual({ alpha: 0 });
    expect(() => leaky(Number.NaN)).toThrow(/alpha NaN is not supported \(a number\)/);
  });

  it('HARD_SWISH has a table of options without fields', () => {
    expect(first(one('HARD_SWISH', {}, { optionsType: 91, options: [] })).op.type).toBe('HardSwish');
    expect(() => one('HARD_SWISH', {}, { optionsType: 11, options: [] })).toThrow(/options are of type 11 \(91/);
  });
});

it('subtracts with an activation, either operand being the larger', () => {
  const relu: Partial<WriteOperator> = { optionsType: 28, options: [[0, 'int8', 1]] };
  const graph = importOne('SUB', [image([1, 3, 3, 4]), weights([4]), image([1, 3, 3, 4])], relu);
  expect(first(graph)).toMatchObject({ op: { type: 'Sub' }, attributes: { activation: 'relu' } });
  expect(() => importOne('SUB', [image([1, 1, 1, 4]), weights([3, 3, 4]), image([1, 3, 3, 4])], relu)).not.toThrow();
});

it('multiplies with an activation, and pools the greatest', () => {
  const relu6: Partial<WriteOperator> = { optionsType: 21, options: [[0, 'int8', 3]] };
  const graph = importOne('MUL', [image([1, 3, 3, 4]), weights([4]), image([1, 3, 3, 4])], relu6);
  expect(first(graph)).toMatchObject({ op: { type: 'Mul' }, attributes: { activation: 'relu6' } });
  const pooled = importOne('MAX_POOL_2D', [image([1, 4, 4, 2]), image([1, 2, 2, 2])], {
    optionsType: 5,
    options: [
      [0, 'int8', 1],
      [1, 'int32', 2],
      [2, 'int32', 2],
      [3, 'int32', 2],
      [4, 'int32', 2],
      [5, 'int8', 1],
    ],
  });
  expect(first(pooled)).toMatchObject({
    op: { type: 'MaxPool2d' },
    attributes: { window: [2, 2], stride: [2, 2], activation: 'relu' },
  });
  expect(() =>
    importOne('MAX_POOL_2D', [image([1, 4, 4, 2]), image([1, 4, 4, 2], { scale: [1] })], {
      optionsType: 5,
      options: [
        [1, 'int32', 1],
        [2, 'int32', 1],
        [3, 'int32', 2],
        [4, 'int32', 2],
      ],
    }),
  ).toThrow(/differ in type, scale or zero point/);
});

it('pads by the axes of the rank, and PADV2 with the zero point', () => {
  const graph = importOne('PAD', [image([1, 5, 6, 3]), ints([0, 0, 1, 2, 3, 4, 5, 6], [4, 2]), image([1, 8, 13, 14])]);
  expect(first(graph).attributes).toEqual({ before: [1, 3, 5], after: [2, 4, 6] });
  const value = image([1], { bytes: Uint8Array.of(3) });
  const padV2 = importOne('PADV2', [image([1, 6, 3]), ints([0, 0, 1, 2, 0, 0], [3, 2]), value, image([1, 9, 3])]);
  expect(first(padV2).attributes).toEqual({ before: [0, 1, 0], after: [0, 2, 0] });
});

describe('transposed convolutions', () => {
  const options = (padding: number, stride: number, activation = 0): Partial<WriteOperator> => ({
    optionsType: 49,
    options: [
      [0, 'int8', padding],
      [1, 'int32', stride],
      [2, 'int32', stride],
      [3, 'int8', activation],
    ],
  });
  const read = (sizes: readonly number[], from: readonly number[], more: Partial<WriteOperator>, o = sizes[3] ?? 1) =>
    importOne('TRANSPOSE_CONV', [ints(sizes), weights([o, 3, 3, 4]), image(from), image(sizes)], more, 2);

  it('leave out what SAME pads on the way back, nothing with VALID, and round scales as uint8 does', () => {
    expect(first(read([1, 10, 12, 2], [1, 5, 6, 4], options(0, 2))).attributes).toMatchObject({
      ...{ stride: [2, 2], crop: [0, 0], size: [10, 12], activation: 'none', scaleProduct: 'f64' },
    });
    expect(first(read([1, 5, 6, 2], [1, 5, 6, 4], options(0, 1, 3))).attributes).toMatchObject({
      ...{ crop: [1, 1], size: [5, 6], activation: 'relu6' },
    });
    const uint8 = { type: 'uint8', zeroPoint: [7] } as const;
    const legacy = [
      ints([1, 4, 4, 2]),
      weights([2, 3, 3, 4], uint8),
      image([1, 2, 2, 4], uint8),
      image([1, 4, 4, 2], uint8),
    ];
    const nodes = importOne('TRANSPOSE_CONV', legacy, options(0, 2), 2).nodes;
    expect(nodes.map(({ op }) => op.type)).toEqual(['Quantize', 'TransposeConv2d', 'Quantize']);
    expect(nodes[1]?.attributes).toMatchObject({ scaleProduct: 'f32' });
    expect(first(read([1, 11, 13, 2], [1, 5, 6, 4], options(1, 2))).attributes).toMatchObject({ crop: [0, 0] });
  });

  it('take x from input 2 and a bias from input 3', () => {
    const tensors = [ints([1, 4, 4, 2]), weights([2, 3, 3, 4]), image([1, 2, 2, 4]), ints([7, 8]), image([1, 4, 4, 2])];
    const graph = importOne('TRANSPOSE_CONV', tensors, options(0, 2), 2);
    expect(first(graph).inputs.map((id) => graph.tensors[id]?.shape)).toEqual([[1, 2, 2, 4], [2, 3, 3, 4], [2]]);
  });

  it('are refused with sizes that do not fit, and with computed ones', () => {
    expect(() => read([1, 10, 12, 2], [1, 5, 6, 4], options(0, 2), 3)).toThrow(
      /weights \[3,3,3,4\] do not lead from 4 channels to \[1,10,12,2\]/,
    );
    expect(() => read([1, 10, 12, 2], [1, 5, 6, 4], options(0, 0))).toThrow(/stride 0×0 is not supported/);
    const computed: WriteTensor = { shape: [4], type: 'int32' };
    const tensors = [computed, weights([2, 3, 3, 4]), image([1, 2, 2, 4]), image([1, 4, 4, 2])];
    expect(() => importOne('TRANSPOSE_CONV', tensors, options(0, 2), 2)).toThrow(
      /its output sizes are computed \(constant\)/,
    );
    const other = [ints([1, 4, 5, 2]), ...tensors.slice(1)];
    expect(() => importOne('TRANSPOSE_CONV', other, options(0, 2), 2)).toThrow(
      /its output sizes are \[1,4,5,2\], but the file declares \[1,4,4,2\]/,
    );
  });
});

describe('transposes', () => {
  const order = (axes: readonly number[], from: readonly number[], to: readonly number[]) =>
    first(importOne('TRANSPOSE', [image(from), ints(axes), image(to)], { optionsType: 26 })).attributes;

  it('keep the batch in front and order rows, columns and channels by the rank', () => {
    expect(order([0, 2, 3, 1], [1, 3, 5, 4], [1, 5, 4, 3])).toEqual({ order: [1, 2, 0] });
    expect(order([0, -1, 1, 2], [2, 5, 4, 3], [2, 3, 5, 4])).toEqual({ order: [2, 0, 1] });
    expect(order([0, 2, 1], [2, 5, 4], [2, 4, 5])).toEqual({ order: [0, 2, 1] });
    expect(order([0, 1], [2, 5], [2, 5])).toEqual({ order: [0, 1, 2] });
  });

  it('may move a batch of 1 to where another axis of size 1 was', () => {
    expect(order([1, 0, 2, 3], [1, 1, 4, 3], [1, 1, 4, 3])).toEqual({ order: [0, 1, 2] });
    expect(order([1, 3, 0, 2], [1, 1, 4, 3], [1, 3, 1, 4])).toEqual({ order: [2, 0, 1] });
  });

  it.each([
    [[1, 0, 2, 3], [2, 2, 4, 3], [2, 2, 4, 3], /moves the batch of 2 \(the leading axis first\)/],
    [[1, 0, 2, 3], [1, 2, 4, 3], [2, 1, 4, 3], /the batch axis is mixed/],
    [[0, 1, 1, 3], [1, 2, 4, 3], [1, 2, 4, 3], /the order of axes \[0,1,1,3\] does not fit an input \[1,2,4,3\]/],
    [[0, 2, 1], [1, 2, 4, 3], [1, 2, 4, 3], /each of its axes once/],
    [[0, 2, 1, 3], [1, 2, 4, 3], [1, 2, 4, 3], /it gives \[1,4,2,3\], but the file declares \[1,2,4,3\]/],
  ])('in the order %j of [%j] to [%j] are refused', (axes, from, to, message) => {
    expect(() => order(axes, from, to)).toThrow(message);
  });

  it('need their order as a constant', () => {
    const computed: WriteTensor = { shape: [4], type: 'int32' };
    const tensors = [image([1, 2, 4, 3]), computed, image([1, 4, 3, 2])];
    expect(() => importOne('TRANSPOSE', tensors, { optionsType: 26 })).toThrow(/its axes are computed \(constant\)/);
  });
});

it('names nodes after their output in full, and leaves dead tensors out', () => {
  const graph = importOne('QUANTIZE', [image([1, 4]), image([1, 9]), image([1, 4], { name: 'a/b;c' })], {
    inputs: [0],
  });
  expect(graph.nodes.map(({ index, name }) => [index, name])).toEqual([[0, 'a/b;c']]);
  expect(graph.tensors.length).toBe(2);
});

describe('resizes', () => {
  const resize = (name: string, size: readonly number[], options: WriteOperator['options'], x = [2, 4, 5, 3]) =>
    importOne(name, [image(x), ints(size), image([2, 8, 7, 3])], {
      optionsType: name === 'RESIZE_BILINEAR' ? 15 : 74,
      ...(options && { options }),
    });

  it('have a size and two flags, in slots of their own', () => {
    expect(first(resize('RESIZE_BILINEAR', [8, 7], [[2, 'int8', 1]]))).toMatchObject({
      op: { type: 'ResizeBilinear' },
      attributes: { size: [8, 7], alignCorners: true, halfPixelCenters: false, unsigned: false },
    });
    expect(first(resize('RESIZE_BILINEAR', [8, 7], [[3, 'int8', 1]])).attributes).toMatchObject({
      alignCorners: false,
      halfPixelCenters: true,
    });
    expect(first(resize('RESIZE_NEAREST_NEIGHBOR', [8, 7], [[0, 'int8', 1]]))).toMatchObject({
      op: { type: 'ResizeNearestNeighbor' },
      attributes: { size: [8, 7], alignCorners: true, halfPixelCenters: false },
    });
    expect(first(resize('RESIZE_NEAREST_NEIGHBOR', [8, 7], [[1, 'int8', 1]])).attributes).toMatchObject({
      halfPixelCenters: true,
    });
  });

  it('mix what was uint8 as TFLite does', () => {
    const u8 = (shape: readonly number[]) => image(shape, { type: 'uint8' });
    const graph = importOne('RESIZE_BILINEAR', [u8([1, 2, 2, 3]), ints([4, 4]), u8([1, 4, 4, 3])], {
      optionsType: 15,
      options: [],
    });
    const resized = graph.nodes.find(({ op }) => op.type === 'ResizeBilinear');
    expect(resized?.attributes).toMatchObject({ unsigned: true });
  });

  it('are refused where their size does not fit, or their flags do not go together', () => {
    expect(() => resize('RESIZE_BILINEAR', [8], [])).toThrow(/new height and width are 1 numbers \(2\)/);
    expect(() => resize('RESIZE_BILINEAR', [8, 8], [])).toThrow(/it gives \[1,8,8,3\] per image/);
    expect(() => resize('RESIZE_BILINEAR', [0, 7], [])).toThrow(/0×7 is no size/);
    expect(() => resize('RESIZE_NEAREST_NEIGHBOR', [8, 7], [], [2, 5, 3])).toThrow(/\[2,5,3\] is no map/);
    const both = [
      [2, 'int8', 1],
      [3, 'int8', 1],
    ] as const;
    expect(() => resize('RESIZE_BILINEAR', [8, 7], both)).toThrow(/corners are to be aligned .* \(one of the two\)/);
  });

  it('whose rounded steps lead TFLite beyond its input are refused', () => {
    const long = (height: number) =>
      importOne('RESIZE_BILINEAR', [image([1, 3, 5, 3]), ints([height, 5]), image([1, height, 5, 3])], {
        optionsType: 15,
        options: [],
      });
    expect(() => long(1024)).not.toThrow();
    expect(() => long(1100)).toThrow(/steps of 1\/1024 from 3 to 1100 places lead beyond the last/);
  });
});
