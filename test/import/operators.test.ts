import { describe, expect, it } from 'vitest';
import { first, image, importOne, ints } from './one-operator.ts';
import type { WriteOperator, WriteTensor } from './write-tflite.ts';

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

it('pads by the axes of the rank, and PADV2 with the zero point', () => {
  const graph = importOne('PAD', [image([1, 5, 6, 3]), ints([0, 0, 1, 2, 3, 4, 5, 6], [4, 2]), image([1, 8, 13, 14])]);
  expect(first(graph).attributes).toEqual({ before: [1, 3, 5], after: [2, 4, 6] });
  const value = image([1], { bytes: Uint8Array.of(3) });
  const padV2 = importOne('PADV2', [image([1, 6, 3]), ints([0, 0, 1, 2, 0, 0], [3, 2]), value, image([1, 9, 3])]);
  expect(first(padV2).attributes).toEqual({ before: [0, 1, 0], after: [0, 2, 0] });
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
    [[0, 1, 1, 3], [1, 2, 4, 3], [1, 2, 4, 3], /the order of axes \[0,1,1,3\] does not fit an input \[1,2,4,3\]/],
    [[0, 2, 1], [1, 2, 4, 3], [1, 2, 4, 3], /each of its axes once/],
    [[0, 2, 1, 3], [1, 2, 4, 3], [1, 2, 4, 3], /it gives \[1,4,2,3\], but the file declares \[1,2,4,3\]/],
  ])('in the order %j of [%j] to [%j] are refused', (axes, from, to, message) => {
    expect(() => order(axes, from, to)).toThrow(message);
  });

  it('need their order as a constant', () => {
    const computed: WriteTensor = { shape: [4], type: 'int32' };
    const tensors = [image([1, 2, 4, 3]), computed, image([1, 4, 3, 2])];
    expect(() => importOne('TRANSPOSE', tensors, { optionsType: 26 })).toThrow(
      /its axes must be constant; they are computed/,
    );
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
    expect(() => resize('RESIZE_BILINEAR', [8], [])).toThrow(/new height and width are 1 numbers; expected 2/);
    expect(() => resize('RESIZE_BILINEAR', [8, 8], [])).toThrow(/it gives \[1,8,8,3\] per image/);
    expect(() => resize('RESIZE_BILINEAR', [0, 7], [])).toThrow(/0×7 is not a size/);
    expect(() => resize('RESIZE_NEAREST_NEIGHBOR', [8, 7], [], [2, 5, 3])).toThrow(/\[2, 5, 3\] is not supported/);
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
