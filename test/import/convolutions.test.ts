import { describe, expect, it } from 'vitest';
import { first, image, importOne, inputOf, ints, same, weights } from './one-operator.ts';
import type { WriteOperator, WriteTensor } from './write-tflite.ts';

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
      /its output sizes must be constant; they are computed/,
    );
    const other = [ints([1, 4, 5, 2]), ...tensors.slice(1)];
    expect(() => importOne('TRANSPOSE_CONV', other, options(0, 2), 2)).toThrow(
      /its output sizes are \[1,4,5,2\], but the file declares \[1,4,4,2\]/,
    );
  });
});
