import { readFileSync } from 'node:fs';
import encodeMozjpeg, { init } from '@jsquash/jpeg/encode.js';
import { encode } from 'fast-png';

const folder = 'test/data/litenet_digits';
const data = (name: string): Uint8Array<ArrayBuffer> => new Uint8Array(readFileSync(`${folder}/${name}`));

/** The digits of the data set with the outputs of the reference. */
export const digits = {
  count: 180,
  /** 8×8 values of 0 … 240, 15 times those of the data set: what examples/worker/build.mjs says that pixels mean. */
  pixels: (i: number): Uint8Array<ArrayBuffer> =>
    data('test_images_u8.bin')
      .subarray(i * 64, (i + 1) * 64)
      .map((value) => value * 15),
  quantized: (i: number): Uint8Array<ArrayBuffer> => data('test_inputs_int8_nhwc.bin').slice(i * 64, (i + 1) * 64),
  /** int8 of the ten classes. */
  reference: (i: number): Int8Array => new Int8Array(data('test_outputs_int8_ref.bin').buffer, i * 10, 10),
};

/** The greatest output, the first of equal ones. */
export const classOf = (outputs: Int8Array): number => outputs.indexOf(Math.max(...outputs));

/** A grey image `times` as large each way, every pixel a square. */
export function enlarged(pixels: Uint8Array, side: number, times: number): Uint8Array<ArrayBuffer> {
  const to = side * times;
  const at = (i: number) => Math.floor(Math.floor(i / to) / times) * side + Math.floor((i % to) / times);
  return Uint8Array.from({ length: to * to }, (_, i) => pixels[at(i)] as number);
}

export const greyPng = (pixels: Uint8Array, width: number, height: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(encode({ data: pixels, width, height, channels: 1, depth: 8 }));

let ready: Promise<void> | undefined;

/** A JPEG of grey pixels, in colour. */
export async function greyJpeg(pixels: Uint8Array, width: number, height: number, options = {}) {
  const encoder = readFileSync('node_modules/@jsquash/jpeg/codec/enc/mozjpeg_enc.wasm');
  ready ??= init(new WebAssembly.Module(encoder));
  await ready;
  const rgba = Uint8ClampedArray.from(
    { length: pixels.length * 4 },
    (_, i) => (i % 4 === 3 ? 255 : pixels[i >> 2]) as number,
  );
  const image = { data: rgba, width, height, colorSpace: 'srgb' } as ImageData;
  return new Uint8Array(await encodeMozjpeg(image, { quality: 95, ...options }));
}
