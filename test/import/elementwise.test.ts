import { describe, expect, it } from 'vitest';
import { importTflite } from '../../src/import/tflite/import-tflite.ts';
import { first, image, importOne, inputOf, weights } from './one-operator.ts';
import { type WriteOperator, type WriteTensor, writeTflite } from './write-tflite.ts';

describe('elementwise operands', () => {
  const add = (a: WriteTensor, b: WriteTensor, y: readonly number[]) => importOne('ADD', [a, b, image(y)]);

  it('are aligned at their last axis', () => {
    const constant = (shape: readonly number[]) => weights(shape, { zeroPoint: [1] });
    expect(inputOf(add(image([2, 3, 3, 4]), constant([4]), [2, 3, 3, 4]), 1)?.shape).toEqual([1, 1, 1, 4]);
    expect(inputOf(add(image([2, 3, 3, 4]), constant([]), [2, 3, 3, 4]), 1)?.shape).toEqual([1, 1, 1, 1]);
    expect(inputOf(add(image([1, 3, 3, 4]), constant([3, 3, 4]), [1, 3, 3, 4]), 1)?.shape).toEqual([1, 3, 3, 4]);
    expect(inputOf(add(image([5, 3, 4]), constant([1, 3, 4]), [5, 3, 4]), 1)?.shape).toEqual([1, 1, 3, 4]);
  });

  it('of some of the axes that are rows together are repeated, where they are constants', () => {
    const bytes = Uint8Array.from([1, 2, 3, 4]);
    const graph = add(image([1, 2, 2, 1, 2]), weights([2, 1, 2], { zeroPoint: [1], bytes }), [1, 2, 2, 1, 2]);
    expect(inputOf(graph, 1)).toMatchObject({ shape: [1, 4, 1, 2], data: Int8Array.from([1, 2, 3, 4, 1, 2, 3, 4]) });
    const front = add(image([1, 2, 2, 1, 2]), weights([2, 1, 1, 1], { bytes: bytes.subarray(0, 2) }), [1, 2, 2, 1, 2]);
    expect(inputOf(front, 1)?.data).toEqual(Int8Array.from([1, 1, 1, 1, 2, 2, 2, 2]));
    expect(() => add(image([1, 2, 3, 1, 2]), weights([2, 1, 2]), [1, 2, 3, 1, 2])).toThrow(/is not broadcast to/);
    expect(() => add(image([1, 2, 2048, 512, 2]), weights([2048, 1, 1]), [1, 2, 2048, 512, 2])).toThrow(
      /\[2048, 1, 1\] is not broadcast/,
    );
  });

  it('that are both broadcast: one is repeated first', () => {
    const made = (a: WriteTensor, b: WriteTensor, y: readonly number[]) => add(a, b, y).nodes.map(({ op }) => op.type);
    const [row, column] = [weights([1, 1, 3, 4]), image([1, 2, 1, 1])];
    expect(made(column, row, [1, 2, 3, 4])).toEqual(['SelectChannels', 'ResizeNearestNeighbor', 'Add']);
    expect(made(image([1, 2, 1, 4]), weights([1, 1, 3, 1]), [1, 2, 3, 4])).toEqual(['ResizeNearestNeighbor', 'Add']);
    expect(made(image([1, 2, 3, 1]), weights([4]), [1, 2, 3, 4])).toEqual(['SelectChannels', 'Add']);
    expect(made(image([1, 2, 3, 4]), row, [1, 2, 3, 4])).toEqual(['Add']);
  });

  it('that differ between images are refused', () => {
    const constant = weights([2, 1, 1, 4]);
    expect(() => add(image([2, 3, 3, 4]), constant, [2, 3, 3, 4])).toThrow(
      /\[2, 1, 1, 4\] is not broadcast to \[2, 3, 3, 4\] \(the same for every image/,
    );
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
    expect(() => slopes(weights([1, 1, 4]), { inputs: [0, 0] })).toThrow(
      /its slopes must be constant; they are computed/,
    );
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
