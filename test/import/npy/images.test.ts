import { expect, it } from 'vitest';
import { type ImageShape, imagesOfNpy, imagesOfRaw } from '../../../src/import/npy/images.ts';
import type { Npy } from '../../../src/import/npy/read-npy.ts';

const counting = (shape: readonly number[]): Npy => {
  const length = shape.reduce((a, b) => a * b, 1);
  return { type: 'u1', shape, data: Uint8Array.from({ length }, (_, i) => i) };
};

it.each<[ImageShape, number[]]>([
  [
    [2, 2, 3],
    [2, 2, 2, 3],
  ],
  [
    [2, 2, 3],
    [2, 2, 3],
  ],
  [
    [2, 3, 1],
    [4, 2, 3, 1],
  ],
  [
    [2, 3, 1],
    [4, 2, 3],
  ],
  [
    [2, 3, 1],
    [2, 3],
  ],
  [
    [2, 3, 1],
    [4, 1, 2, 3],
  ],
  [
    [1, 1, 5],
    [4, 5],
  ],
  [[1, 1, 5], [5]],
])('images of %j are taken from %j as they lie', (wanted, shape) => {
  const npy = counting(shape);
  expect(imagesOfNpy(npy, wanted, 'x.npy')).toEqual(npy.data);
});

it('puts channels last where only channels first fit', () => {
  // Two images of two pixels side by side and three channels.
  const expected = [0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11];
  expect([...imagesOfNpy(counting([2, 3, 1, 2]), [1, 2, 3], 'x.npy')]).toEqual(expected);
  expect([...imagesOfNpy(counting([3, 1, 2]), [1, 2, 3], 'x.npy')]).toEqual(expected.slice(0, 6));
});

it('takes channels as last where both orders fit', () => {
  const npy = counting([1, 2, 2, 2]);
  expect(imagesOfNpy(npy, [2, 2, 2], 'x.npy')).toEqual(npy.data);
});

it('rounds doubles to float32', () => {
  const npy: Npy = { type: 'f8', shape: [1, 1], data: Float64Array.of(0.1) };
  expect(imagesOfNpy(npy, [1, 1, 1], 'x.npy')).toEqual(Float32Array.of(0.1));
});

it('names the file, its shape and the shapes that it takes', () => {
  expect(() => imagesOfNpy(counting([2, 4, 4, 3]), [5, 5, 3], 'x.npy')).toThrow(
    'x.npy: it has the shape [2, 4, 4, 3]; expected [n, 5, 5, 3], or [n, 3, 5, 5] channels first',
  );
  expect(() => imagesOfNpy(counting([16]), [4, 4, 1], 'x.npy')).toThrow('expected [n, 4, 4, 1], or [n, 4, 4]');
  const wide: Npy = { type: 'i8', shape: [1, 1], data: BigInt64Array.of(1n) };
  expect(() => imagesOfNpy(wide, [1, 1, 1], 'x.npy')).toThrow(
    'x.npy: it is int64 [1, 1]; expected uint8 (pixels), float32 (real values) or int8 (quantised values)',
  );
});

it('takes a headerless file as whole images', () => {
  const bytes = Buffer.from([1, 255, 3, 4]);
  expect(imagesOfRaw(bytes, [2, 1, 1], 'u8', 'x.bin')).toEqual(Uint8Array.of(1, 255, 3, 4));
  expect(imagesOfRaw(bytes, [2, 1, 1], 'i8', 'x.bin')).toEqual(Int8Array.of(1, -1, 3, 4));
  expect(imagesOfRaw(bytes, [1, 1, 1], 'f32', 'x.bin')).toHaveLength(1);
  expect(() => imagesOfRaw(bytes, [3, 1, 1], 'u8', 'x.bin')).toThrow(
    'x.bin: 4 bytes; one image of the input (3×1×1 u8) has 3',
  );
  expect(() => imagesOfRaw(new Uint8Array(0), [1, 1, 1], 'u8', 'x.bin')).toThrow('0 bytes');
});
