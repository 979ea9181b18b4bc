import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../src/format/crc32.ts';
import { realOfPixels } from '../../src/format/preprocessing.ts';
import type { Values } from '../../src/format/values.ts';
import { inputOfImage, valuesOfPixels } from '../../src/runtime/image/input.ts';
import { pixelsOfImage } from '../../src/runtime/image/pixels.ts';
import { resizePixels } from '../../src/runtime/image/resize.ts';
import { quantize } from '../../src/runtime/values.ts';
import { noise } from '../support/noise.ts';
import { entry } from './fake-engine.ts';

interface Resized {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly seed: number;
  readonly to: readonly [number, number];
  readonly crc: number;
}

const resized = JSON.parse(readFileSync('test/data/pictures/resized.json', 'utf8')) as readonly Resized[];

describe('resizePixels', () => {
  it.each(resized)('gives the bytes of Pillow: $width×$height×$channels to $to', ({ seed, to, crc, ...image }) => {
    const { width, height, channels } = image;
    const data = noise(width * height * channels, seed);
    const out = resizePixels({ data, width, height }, { width: to[0], height: to[1] });
    expect(out).toHaveLength(to[0] * to[1] * channels);
    expect(crc32(out)).toBe(crc);
  });

  it('averages all pixels of a smaller picture, and draws straight lines between those of a larger one', () => {
    const of = (data: number[], width: number) => [
      ...resizePixels({ data: Uint8Array.from(data), width: data.length, height: 1 }, { width, height: 1 }),
    ];
    expect(of([0, 100], 1)).toEqual([50]);
    expect(of([0, 100], 4)).toEqual([0, 25, 75, 100]); // pixels' centers lie at ¼ and ¾
    expect(of([9, 9, 9, 9, 9], 2)).toEqual([9, 9]);
  });

  it('takes the first channels only where it is told to, whatever the order of passes', () => {
    const image = { data: noise(20 * 30 * 4, 1), width: 20, height: 30 };
    for (const size of [
      { width: 20, height: 30 },
      { width: 7, height: 30 },
      { width: 20, height: 4 },
      { width: 19, height: 4 },
    ]) {
      const all = resizePixels(image, size);
      expect(resizePixels(image, size, 3)).toEqual(all.filter((_, i) => i % 4 < 3));
    }
  });

  it('gives a copy of a picture that has the size', () => {
    const data = Uint8Array.of(1, 2, 3, 4);
    const out = resizePixels({ data, width: 2, height: 2 }, { width: 2, height: 2 });
    expect(out).toEqual(data);
    out[0] = 9;
    expect(data[0]).toBe(1);
  });

  it('refuses data that is not a picture, and sizes that are not positive', () => {
    const image = { data: new Uint8Array(12), width: 2, height: 2 };
    expect(() => resizePixels({ ...image, width: 5 }, image)).toThrow(
      '12 bytes for 5×2 pixels; expected 1, 2, 3 or 4 bytes',
    );
    expect(() => resizePixels({ data: new Uint8Array(0), width: 0, height: 0 }, image)).toThrow('0 bytes for 0×0');
    expect(() => resizePixels(image, { width: 0, height: 1 })).toThrow('0×1 of 3 channels: whole numbers above 0');
    expect(() => resizePixels(image, image, 4)).toThrow('2×2 of 4 channels');
  });
});

describe('pixelsOfImage', () => {
  const rgba = { data: Uint8ClampedArray.of(255, 0, 0, 0, 0, 255, 0, 255), width: 2, height: 1 };

  it('leaves alpha out', () => {
    expect([...pixelsOfImage(rgba, [1, 2, 3])]).toEqual([255, 0, 0, 0, 255, 0]);
  });

  it('makes grey of color by ITU-R 601, and color of grey', () => {
    expect([...pixelsOfImage(rgba, [1, 2, 1])]).toEqual([76, 150]);
    const grey = { data: Uint8Array.of(7, 9), width: 2, height: 1 };
    expect([...pixelsOfImage(grey, [1, 2, 3])]).toEqual([7, 7, 7, 9, 9, 9]);
    expect([...pixelsOfImage(grey, [1, 1, 1])]).toEqual([8]);
  });

  it('refuses other channels', () => {
    expect(() => pixelsOfImage(rgba, [1, 2, 2])).toThrow(
      'an image has 1 channel (grey) or 3 (red, green, blue), not 2',
    );
    expect(() => pixelsOfImage({ ...rgba, width: 4 }, [1, 2, 3])).toThrow('expected 1, 3 or 4 bytes per pixel');
  });
});

describe('valuesOfPixels', () => {
  const pixels = Uint8Array.from({ length: 256 * 3 }, (_, i) => Math.floor(i / 3));
  const preprocessing = { mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] };

  it.each(['i8', 'u8'] as const)('gives an %s input what run makes of the float values', (dtype) => {
    const input = entry({ dtype, scale: 0.0186, zeroPoint: dtype === 'i8' ? -14 : 114 });
    const real = realOfPixels(pixels, preprocessing);
    expect(valuesOfPixels(pixels, input, preprocessing)).toEqual(quantize(real, input, ''));
  });

  it('gives a float input float values, if mean and std are known', () => {
    const input = entry({ dtype: 'f32' });
    expect(valuesOfPixels(pixels, input, preprocessing)).toEqual(realOfPixels(pixels, preprocessing));
    expect(() => valuesOfPixels(pixels, input)).toThrow(
      'the model does not say what pixels mean (compile it with --mean',
    );
  });

  it('gives a u8 input the bytes, and an i8 one each less 128, without mean and std', () => {
    const few = Uint8Array.of(0, 127, 128, 255);
    expect(valuesOfPixels(few, entry({ dtype: 'u8' }))).toEqual(few);
    expect(valuesOfPixels(few, entry({ dtype: 'i8' }))).toEqual(Int8Array.of(-128, -1, 0, 127));
  });
});

describe('inputOfImage', () => {
  const image = { data: noise(5 * 7 * 4, 3), width: 5, height: 7 };
  const model = (shape: readonly number[]) => ({
    inputs: [entry({ dtype: 'i8', shape, imageBytes: shape.reduce((product, size) => product * size) })],
    preprocessing: undefined,
  });

  it('resizes an image to the input, whose shape may lack the batch', () => {
    const expected: Values = Int8Array.from(pixelsOfImage(image, [4, 3, 1]), (pixel) => pixel - 128);
    expect(inputOfImage(model([1, 4, 3, 1]), image)).toEqual(expected);
    expect(inputOfImage(model([4, 3, 1]), image)).toEqual(expected);
  });

  it('refuses a model of something else', () => {
    expect(() => inputOfImage(model([1, 640]), image)).toThrow('(1×640 i8): it takes no images');
  });
});
