import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { openImages } from '../../../src/cli/inputs/open-images.ts';
import { loadPictureDecoder } from '../../../src/cli/inputs/pictures/pictures.ts';
import { pixelsOfImage } from '../../../src/runtime/image/pixels.ts';
import { describeShared } from '../../support/shared-data.ts';
import { cli, temporary } from '../cli.ts';

interface Manifest {
  readonly models: readonly {
    readonly id: string;
    readonly file: string;
    readonly inputs: readonly { readonly shape: readonly number[]; readonly dtype: 'int8' | 'uint8' }[];
    readonly outputs: readonly { readonly scale: number; readonly zero_point: number }[];
    readonly cases: readonly {
      readonly name: string;
      readonly src?: string;
      readonly inputs: readonly { readonly file: string }[];
      readonly top5?: readonly { readonly index: number; readonly q: number }[];
    }[];
  }[];
}

/** int8 inputs are byte − 128: the pixels that the reference was given. */
function pixelsOf(file: string, dtype: 'int8' | 'uint8'): Uint8Array {
  const bytes = new Uint8Array(readFileSync(file));
  return dtype === 'int8' ? bytes.map((byte) => byte ^ 128) : bytes;
}

/** A failed expectation on arrays would print them. */
const same = (a: Uint8Array, b: Uint8Array): boolean => Buffer.from(a.buffer).equals(b);

/** Levels between the two pixels that differ most. */
const furthest = (a: Uint8Array, b: Uint8Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), a.length === b.length ? 0 : 256);

describeShared('the originals of the photographs', (data) => {
  const { models } = JSON.parse(readFileSync(`${data}tflite/manifest.json`, 'utf8')) as Manifest;
  const cases = models.flatMap(({ id, inputs, cases }) =>
    cases.flatMap(({ name, src = '', inputs: files, top5 = [] }) => {
      const picture = `${data}images/${basename(src.split(':').at(-1) as string)}`;
      const [{ shape, dtype }, { file }] = [inputs[0], files[0]] as [(typeof inputs)[number], (typeof files)[number]];
      return existsSync(picture) && basename(picture).startsWith(`${name}.`)
        ? [
            {
              id,
              name,
              picture,
              dtype,
              shape: shape.slice(1),
              file: `${data}tflite/${file}`,
              top5: top5.map(({ index, q }) => ({ index, q })),
            },
          ]
        : [];
    }),
  );
  const ofKind = (kind: string) => cases.filter(({ picture }) => picture.endsWith(kind));
  const read = async (path: string, shape: readonly number[]) => {
    const [h = 0, w = 0, c = 0] = shape;
    const images = await openImages([path], { input: 'input 0', shape: [h, w, c], raw: 'u8' });
    return images.at(0) as Uint8Array;
  };

  it('are the sources of 16 inputs from BMPs, and of 8 from JPEGs', () => {
    expect([ofKind('.bmp').length, ofKind('.jpg').length]).toEqual([16, 8]);
  });

  it.each(ofKind('.bmp'))('give the bytes of the inputs: $id, $name', async ({ picture, dtype, shape, file }) => {
    expect(same(await read(picture, shape), pixelsOf(file, dtype))).toBe(true);
  });

  it.each(ofKind('.bmp'))('give them as PNG, too: $id, $name', async ({ picture, dtype, shape, file }) => {
    const decode = await loadPictureDecoder();
    const { width, height, data: rgb } = decode(new Uint8Array(readFileSync(picture)), picture).pixels;
    const path = temporary()('a.png');
    writeFileSync(path, encode({ width, height, data: rgb, channels: 3 }));
    expect(same(await read(path, shape), pixelsOf(file, dtype))).toBe(true);
  });

  it.each(ofKind('.jpg'))(
    'give them within 2 levels from JPEG: $id, $name',
    async ({ picture, dtype, shape, file }) => {
      const most = furthest(await read(picture, shape), pixelsOf(file, dtype)); // 0 with mozjpeg and libjpeg-turbo alike
      expect(most).toBeLessThanOrEqual(2);
    },
  );

  it('are to a page what they are to the command line: RGBA gives the same', async () => {
    const decode = await loadPictureDecoder();
    for (const { picture, shape, dtype, file } of ofKind('.bmp')) {
      const { width, height, data: rgb } = decode(new Uint8Array(readFileSync(picture)), picture).pixels;
      const rgba = new Uint8ClampedArray(width * height * 4).fill(255);
      for (let i = 0; i < width * height; i++) rgba.set(rgb.subarray(i * 3, i * 3 + 3), i * 4);
      expect(same(pixelsOfImage({ data: rgba, width, height }, shape), pixelsOf(file, dtype))).toBe(true);
    }
  });

  const named = models.filter(({ cases }) => cases.some(({ top5 }) => top5));

  it('has three models whose best five classes the manifest has', () => {
    expect(named).toHaveLength(3);
  });

  it.each(named)(
    'get the classes and scores of the reference from run, six in one go: $id',
    async ({ id, file, outputs }) => {
      const ofModel = cases.filter((each) => each.id === id);
      const { status, out, err } = await cli('run', `${data}tflite/${file}`, ...ofModel.map(({ picture }) => picture));
      expect({ status, err }).toEqual({ status: 0, err: '' }); // their metadata says what pixels mean
      const { scale, zero_point } = outputs[0] as (typeof outputs)[number];
      const found = out
        .trimEnd()
        .split('\n')
        .map((line) => {
          const [picture, classes = ''] = line.split(/(?<=bmp|jpg): /);
          const each = [...classes.matchAll(/(\d+) [^()]*(?:\([^()\d][^()]*\))?[^()]*\(([-\d.e]+)\)(?:, |$)/g)];
          const q = (score: string | undefined) => Math.round(Number(score) / scale + zero_point);
          return { picture, top5: each.map(([, index, score]) => ({ index: Number(index), q: q(score) })) };
        });
      expect(found).toHaveLength(6);
      expect(found).toEqual(ofModel.map(({ picture, top5 }) => ({ picture, top5 })));
    },
  );

  it('eval counts 901 of the 1,000 keyword-spotting inputs, as the reference does', async () => {
    const file = (name: string) => `${data}tflite/kws_ref_model/${name}`;
    const args = [
      'eval',
      file('kws_ref_model.tflite'),
      file('kws1000_inputs.bin'),
      '--labels',
      file('kws1000_labels.bin'),
    ];
    for (const tier of ['simd', 'scalar']) {
      const { status, out } = await cli(...args, '--tier', tier, '--json');
      expect(status).toBe(0);
      const { count, correct, top1 } = JSON.parse(out);
      expect({ count, correct, top1 }).toEqual({ count: 1000, correct: 901, top1: 0.901 });
    }
    expect((await cli(...args)).out).toMatch('90.1 %');
  });
});
