import { describe, expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { evaluate } from '../../src/ops/evaluate.ts';
import { refusal } from './refusal.ts';
import { int32Bytes, type WriteModel, type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

const scaled = { scale: [0.5], zeroPoint: [3] };
const image = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  ...scaled,
  ...more,
});
const weights = (shape: readonly number[], more: Partial<WriteTensor> = {}): WriteTensor => ({
  shape,
  scale: [0.25],
  zeroPoint: [0],
  bytes: new Uint8Array(shape.reduce((product, size) => product * size, 1)).fill(1),
  ...more,
});
const conv = (
  inputs: readonly number[],
  outputs: readonly number[],
  more: Partial<WriteOperator> = {},
): WriteOperator => ({
  name: 'CONV_2D',
  inputs,
  outputs,
  optionsType: 1,
  options: [
    [0, 'int8', 1],
    [1, 'int32', 1],
    [2, 'int32', 1],
  ],
  ...more,
});

/** One operator from tensor 0 to the last tensor. */
const single = (operator: WriteOperator, tensors: readonly WriteTensor[], more: Partial<WriteModel> = {}): Uint8Array =>
  writeTflite({ tensors, operators: [operator], inputs: [0], outputs: [tensors.length - 1], ...more });

const whatOf = (bytes: Uint8Array): string =>
  refusal(() => importTflite(bytes, 'm.tflite'))
    .problems.map(({ what }) => what)
    .join('\n');

it('lists everything that is in the way at once, by node, name and operator', () => {
  const bytes = writeTflite({
    tensors: [
      image([1, 4, 4, 2], { name: 'x' }),
      weights([2, 1, 1, 2]),
      image([1, 4, 4, 2], { name: 'first/conv;first/relu' }),
      image([1, 4, 4, 2], { name: 'second' }),
      image([1, 4, 4, 2], { name: 'third' }),
    ],
    operators: [
      conv([0, 1], [2], {
        options: [
          [0, 'int8', 1],
          [1, 'int32', 1],
          [2, 'int32', 1],
          [3, 'int8', 4],
        ],
      }),
      { name: 'L2_POOL_2D', inputs: [2], outputs: [3] },
      { name: 'MyOwnOp', inputs: [3], outputs: [4] },
    ],
    inputs: [0],
    outputs: [4],
  });
  const error = refusal(() => importTflite(bytes, 'm.tflite'));
  expect(error.code).toBe('unsupported');
  expect(error.problems.map(({ node, op, name }) => [node, op, name])).toEqual([
    [0, 'CONV_2D', 'first/conv;first/relu'],
    [1, 'L2_POOL_2D', 'second'],
    [2, 'MyOwnOp', 'third'],
  ]);
  expect(error.message.split('\n')).toEqual([
    'm.tflite: 3 problems',
    '  node 0 CONV_2D "first/conv": the fused activation TANH is not supported (NONE, RELU, RELU6, RELU_N1_TO_1)',
    '  node 1 L2_POOL_2D "second": the operator L2_POOL_2D is not supported',
    '  node 2 MyOwnOp "third": the custom operator MyOwnOp is not supported',
    '2 operators are not supported, in 2 nodes (liteblock supported-ops tells what is)',
    expect.stringMatching(/^supported operators: ABS, ADD, .*ARG_MAX, .*SOFTMAX/),
  ]);
});

it('says one problem in one line', () => {
  const bytes = single(conv([0, 1], [2]), [
    image([1, 4, 4, 2]),
    weights([2, 1, 1, 2], { zeroPoint: [5] }),
    image([1, 4, 4, 2]),
  ]);
  expect(refusal(() => importTflite(bytes, 'm.tflite')).message).toBe(
    'm.tflite: node 0 CONV_2D "t2": int8 weights with the zero point 5 are not supported (0)',
  );
});

it('knows operators by whichever of the two code fields is larger', () => {
  const tensors = [image([1, 4, 4, 2]), image([1, 4, 4, 2])];
  const quantize = { name: 'QUANTIZE', inputs: [0], outputs: [1] };
  expect(importTflite(single(quantize, tensors), 'm').nodes.map(({ op }) => op.type)).toEqual(['Quantize']);
  expect(importTflite(single(quantize, tensors, { oldCodes: true }), 'm').nodes.length).toBe(1);
  expect(whatOf(single({ name: 'STABLEHLO_ADD', inputs: [0], outputs: [1] }, tensors))).toContain('STABLEHLO_ADD');
});

describe('a whole model', () => {
  const tensors = [image([1, 4, 4, 2]), image([1, 4, 4, 2])];
  const quantize = { name: 'QUANTIZE', inputs: [0], outputs: [1] };

  it('has one subgraph, operators, and outputs that operators make', () => {
    expect(whatOf(single(quantize, tensors, { operators: [] }))).toMatch(
      /no operators[\s\S]*it is not the output of an operator/,
    );
  });

  it.each(['inputs', 'outputs'] as const)('has %s', (list) => {
    const { code, message } = refusal(() => importTflite(single(quantize, tensors, { [list]: [] }), 'm.tflite'));
    expect(code).toBe('file-invalid');
    expect(message).toBe(`m.tflite: the model has no ${list} (one or more): export it again with them`);
  });

  it('may have an input as an output, which is copied by a node', () => {
    const graph = importTflite(single(quantize, tensors, { outputs: [1, 0, 0] }), 'm.tflite');
    expect(graph.nodes.map(({ op }) => op.type)).toEqual(['Quantize', 'Reshape', 'Reshape']);
    const given = Int8Array.from({ length: 32 }, (_, i) => i - 16);
    expect(evaluate(graph, [given]).outputs.slice(1)).toEqual([given, given]);
  });

  it('has the schema version 3 and the identifier TFL3', () => {
    expect(refusal(() => importTflite(single(quantize, tensors, { version: 2 }), 'm')).code).toBe('file-version');
    expect(refusal(() => importTflite(single(quantize, tensors, { identifier: 'TFL2' }), 'm')).code).toBe(
      'file-invalid',
    );
  });

  it('keeps to one batch where windows slide over images, and says so once', () => {
    const window = [1, 2, 3, 4].map((slot) => [slot, 'int32', 1] as const);
    const pool = (from: number, to: number) => ({
      ...{ name: 'MAX_POOL_2D', inputs: [from], outputs: [to], optionsType: 5 },
      options: [[0, 'int8', 1], ...window] as NonNullable<WriteOperator['options']>,
    });
    const mixed = writeTflite({
      tensors: [image([2, 3, 3, 4]), image([2, 3, 3, 4]), image([2, 3, 3, 4]), image([1, 72])],
      operators: [pool(0, 1), pool(1, 2), { name: 'RESHAPE', inputs: [2], outputs: [3] }],
      inputs: [0],
      outputs: [3],
    });
    const { problems } = refusal(() => importTflite(mixed, 'm'));
    expect(problems.map(({ node, what }) => [node, what])).toEqual([
      [0, 'its input [2, 3, 3, 4] has 2 images, but the batch is 1 elsewhere (one batch throughout)'],
    ]);
  });

  it('has fixed shapes and plain tensors', () => {
    const of = (x: WriteTensor) => whatOf(single(quantize, [x, tensors[1] as WriteTensor]));
    expect(of(image([1, 1, 4, 2], { shapeSignature: [-1, -1, 4, 2] }))).toMatch(/not fixed/);
    expect(of(image([1], { shapeSignature: [-1] }))).toMatch(/not fixed/);
    expect(of(image([1, 0, 4, 2]))).toMatch(/empty/);
    expect(of(image([1, 4, 4, 2], { isVariable: true }))).toMatch(/state/);
    expect(of(image([1, 4, 4, 2], { isSparse: true }))).toMatch(/sparse/);
    expect(of(image([1, 4, 4, 2], { type: 'complex64' }))).toMatch(/complex64/);
  });

  it('may leave the batch open', () => {
    const x = image([1, 4, 4, 2], { shapeSignature: [-1, 4, 4, 2] });
    expect(importTflite(single(quantize, [x, tensors[1] as WriteTensor]), 'm').nodes.length).toBe(1);
  });
});

describe('types', () => {
  it('of operands that do not fit are named once a type', () => {
    const i16 = { type: 'int16', scale: [0.5], zeroPoint: [0] } as const;
    const bytes = single(conv([0, 1], [2]), [
      { shape: [1, 4, 4, 2], ...i16 },
      weights([2, 1, 1, 2], { ...i16, bytes: new Uint8Array(8) }),
      { shape: [1, 4, 4, 2], ...i16 },
    ]);
    expect(whatOf(bytes)).toBe('x, weights, y are int16 (int8)');
  });

  it('of float values are not mixed with int8', () => {
    const bytes = single({ name: 'LOGISTIC', inputs: [0], outputs: [1] }, [
      { shape: [1, 4, 4, 2], type: 'float32' },
      image([1, 4, 4, 2], { scale: [1 / 256], zeroPoint: [-128] }),
    ]);
    expect(whatOf(bytes)).toMatch(
      /^x is float32: an int8 model is real at its borders only, at QUANTIZE and DEQUANTIZE \(int8/,
    );
  });

  it('need a scale', () => {
    const bytes = single({ name: 'QUANTIZE', inputs: [0], outputs: [1] }, [{ shape: [1, 2] }, image([1, 2])]);
    expect(whatOf(bytes)).toMatch(/"t0" has no scale/);
  });
});

describe('attributes', () => {
  const x = image([1, 6, 6, 4]);
  const one = (operator: WriteOperator, ...tensors: WriteTensor[]) => whatOf(single(operator, [x, ...tensors]));

  it('of a window are positive and fit', () => {
    const still = [[0, 'int8', 1]] as const;
    expect(one(conv([0, 1], [2], { options: still }), weights([4, 3, 3, 4]), image([1, 4, 4, 4]))).toMatch(
      /stride 0×0/,
    );
    expect(one(conv([0, 1], [2]), weights([4, 3, 3, 3]), image([1, 4, 4, 4]))).toMatch(/do not fit 4 input channels/);
    expect(one(conv([0, 1], [2]), weights([4, 7, 7, 4]), image([1, 1, 1, 4]))).not.toBe('');
    expect(one(conv([0, 1], [2]), weights([4, 3, 3, 4]), image([1, 5, 5, 4]))).toMatch(/the file declares \[1,5,5,4\]/);
    expect(one(conv([0, 1], [2], { optionsType: 5 }), weights([4, 3, 3, 4]), image([1, 4, 4, 4]))).toMatch(/options/);
  });

  it('of a pool: a window of at most twice the image', () => {
    const pool = (h: number, y: readonly number[]) => {
      const sizes = [1, 1, 2, h] as const;
      const options = [[0, 'int8', 0] as const, ...sizes.map((size, i) => [i + 1, 'int32', size] as const)];
      return single({ name: 'AVERAGE_POOL_2D', inputs: [0], outputs: [1], optionsType: 5, options }, [x, image(y)]);
    };
    expect(whatOf(pool(67108867, [1, 6, 6, 4]))).toMatch(/window of 67108867×2 over 6×6 .*\(up to 12×12\)/);
    expect(importTflite(pool(12, [1, 6, 6, 4]), 'm').nodes.length).toBe(1);
  });

  it('of weights: constants, scales along the output channels', () => {
    const along = weights([4, 1, 1, 4], { scale: [1, 1, 1, 1], zeroPoint: [0, 0, 0, 0], dimension: 3 });
    expect(one(conv([0, 1], [2]), along, image([1, 6, 6, 4]))).toMatch(/scales along axis 3 .*\(axis 0\)/);
    expect(one(conv([0, 0], [1]), image([1, 6, 6, 4]))).not.toBe('');
    expect(one(conv([0, 1], [2]), { shape: [4, 1, 1, 4], scale: [1] }, image([1, 6, 6, 4]))).toMatch(
      /must be constant; it is computed/,
    );
    const short = weights([4, 1, 1, 4], { bytes: new Uint8Array(15) });
    expect(one(conv([0, 1], [2]), short, image([1, 6, 6, 4]))).toMatch(/15 bytes/);
  });

  it('of a mean: axes that there are, and the shape without them', () => {
    const mean = (axes: readonly number[], keep: number, y: readonly number[]) =>
      one(
        { name: 'MEAN', inputs: [0, 1], outputs: [2], optionsType: 27, options: [[0, 'int8', keep]] },
        { shape: [axes.length], type: 'int32', bytes: int32Bytes(axes) },
        image(y),
      );
    expect(mean([1], 1, [1, 1, 6, 5])).toMatch(/it gives \[1, 1, 6, 4\], but the file declares \[1, 1, 6, 5\]/);
    expect(mean([4], 1, [1, 6, 6, 4])).toMatch(/do not fit/);
    expect(mean([-5], 1, [1, 6, 6, 4])).toMatch(/do not fit/);
  });

  it('of a pad: zero points, and sizes from 0', () => {
    const paddings = (list: readonly number[]): WriteTensor => ({
      shape: [4, 2],
      type: 'int32',
      bytes: int32Bytes(list),
    });
    const pad = { name: 'PAD', inputs: [0, 1], outputs: [2] };
    expect(one(pad, paddings([0, 0, -1, 0, 0, 0, 0, 0]), image([1, 5, 6, 4]))).toMatch(/do not fit/);
    expect(one(pad, paddings([0, 0, 1, 0, 0, 0, 0, 0]), image([1, 7, 6, 4], { zeroPoint: [4] }))).toMatch(/differ/);
    const value = { shape: [1], ...scaled, bytes: Uint8Array.of(4) };
    const padV2 = { name: 'PADV2', inputs: [0, 1, 2], outputs: [3] };
    expect(one(padV2, paddings([0, 0, 1, 0, 0, 0, 0, 0]), value, image([1, 7, 6, 4]))).toMatch(
      /padding with 4 .*, 3\)/,
    );
  });

  it('of a softmax: a positive beta and an output of 1/256', () => {
    const softmax = (beta: number, scale: number) =>
      one(
        { name: 'SOFTMAX', inputs: [0], outputs: [1], optionsType: 9, options: [[0, 'float32', beta]] },
        image([1, 6, 6, 4], { scale: [scale], zeroPoint: [-128] }),
      );
    expect(softmax(0, 1 / 256)).toMatch(/beta 0/);
    expect(softmax(1, 1 / 128)).toMatch(/1\/256/);
  });

  it('of a fully connected: the default format, keep_num_dims along the last axis', () => {
    const fc = (options: WriteOperator['options'], w: readonly number[], y: readonly number[]) =>
      one(
        { name: 'FULLY_CONNECTED', inputs: [0, 1], outputs: [2], optionsType: 8, options: options ?? [] },
        weights(w),
        image(y),
      );
    expect(fc([[1, 'int8', 1]], [3, 144], [1, 3])).toMatch(/weights format 1/);
    expect(fc([[2, 'int8', 1]], [3, 144], [1, 1, 1, 3])).toMatch(/keep_num_dims/);
    expect(fc([], [3, 4], [35, 3])).toMatch(/36×3 has|has 108 elements/);
  });
});
