import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadPictureDecoder } from '../../../src/cli/inputs/pictures/pictures.ts';
import { crc32 } from '../../../src/format/crc32.ts';
import { pixelsOfImage } from '../../../src/runtime/image/pixels.ts';
import { noise } from '../../support/noise.ts';
import { greyJpeg, greyPng } from '../../support/pictures.ts';

interface Decoded {
  readonly name: string;
  /** Base64, as are `rgb` and `grey`. */
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly rgb: string;
  readonly grey: string;
}

const decoded = JSON.parse(readFileSync('test/data/pictures/decoded.json', 'utf8')) as readonly Decoded[];
const bytesOf = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));
const fileOf = (name: string) => bytesOf((decoded.find((each) => each.name === name) as Decoded).file);

const decode = await loadPictureDecoder();

it.each(decoded)('reads as Pillow does: $name', ({ file, width, height, rgb, grey }) => {
  const { pixels } = decode(bytesOf(file), 'a');
  expect([pixels.width, pixels.height]).toEqual([width, height]);
  expect(pixelsOfImage(pixels, [height, width, 3])).toEqual(bytesOf(rgb));
  expect(pixelsOfImage(pixels, [height, width, 1])).toEqual(bytesOf(grey));
});

describe('a PNG', () => {
  const chunk = (type: string, data: Uint8Array) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  /** Of 2×2 pixels, or whatever `header` says: width, height, depth, color type, interlace. */
  function png(raw: Uint8Array, header: readonly number[] = [2, 2, 8, 0, 0], ...more: Buffer[]): Uint8Array {
    const [width = 0, height = 0, depth = 0, color = 0, interlace = 0] = header;
    const ihdr = Buffer.alloc(13);
    ihdr.writeUInt32BE(width);
    ihdr.writeUInt32BE(height, 4);
    ihdr.set([depth, color, 0, 0, interlace], 8);
    const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
    const parts = [chunk('IHDR', ihdr), ...more, chunk('IDAT', deflateSync(raw)), chunk('IEND', Buffer.alloc(0))];
    return new Uint8Array(Buffer.concat([signature, ...parts]));
  }
  const pixels = Uint8Array.of(0, 1, 2, 0, 3, 4);

  it('of 16 bits gives the upper eight, of grey, too', () => {
    const raw = Uint8Array.of(0, 0x12, 0xff, 0x80, 0);
    expect([...decode(png(raw, [2, 1, 16, 0, 0]), 'a').pixels.data]).toEqual([0x12, 0x80]);
  });

  it('of colour may suggest a palette', () => {
    const raw = Uint8Array.of(0, 1, 2, 3);
    const bytes = png(raw, [1, 1, 8, 2, 0], chunk('PLTE', Buffer.alloc(6)));
    expect([...decode(bytes, 'a').pixels.data]).toEqual([1, 2, 3]);
  });

  it('may have what does not show, however large it would be unpacked', () => {
    const profile = Buffer.concat([Buffer.from('icc\0\0'), deflateSync(Buffer.alloc(1 << 26))]);
    expect([...decode(png(pixels, undefined, chunk('iCCP', profile)), 'a').pixels.data]).toEqual([1, 2, 3, 4]);
  });

  it('that unpacks to more than its header says is refused before it is unpacked', () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decode(png(Buffer.alloc(1 << 26)), 'a.png')).toThrow(
      'a.png: a PNG with more pixels than its header says',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan((1 << 26) + (1 << 20)); // the test's own
  });

  it('that is too large, damaged or cut off is refused', () => {
    const refused = (bytes: Uint8Array, message: string | RegExp) =>
      expect(() => decode(bytes, 'a.png')).toThrow(message);
    refused(png(pixels, [20_000, 20_000, 8, 0, 0]), 'a.png: a picture of 20000×20000 pixels (at most 50,000,000)');
    refused(png(pixels, [0, 2, 8, 0, 0]), 'a picture of 0×2 pixels is empty');
    refused(png(pixels, [2, 2, 8, 5, 0]), 'a PNG of color type 5 and depth 8, which the format does not have');
    refused(png(pixels, [2, 2, 4, 2, 0]), 'a PNG of color type 2 and depth 4');
    refused(png(pixels, [2, 2, 3, 0, 0]), 'a PNG of color type 0 and depth 3, which the format does not have');
    refused(png(pixels.subarray(0, 4)), 'a PNG with fewer pixels than its header says');
    refused(png(Uint8Array.of(9, 1, 2, 0, 3, 4)), /a PNG that is damaged: Unsupported filter: 9/);
    refused(
      png(pixels, [2, 2, 8, 3, 0], chunk('PLTE', Buffer.alloc(6))),
      'its palette has 2 colors, a pixel has color 2',
    );
    refused(png(pixels, [2, 2, 8, 3, 0]), 'a PNG whose palette is missing');
    const whole = png(pixels);
    for (let length = 8; length < whole.length; length++) refused(whole.subarray(0, length), 'a PNG without an end');
    const damaged = whole.slice();
    damaged[45] = (damaged[45] as number) ^ 1; // in the compressed pixels
    refused(damaged, /a PNG that is damaged/);
  });
});

describe('a BMP', () => {
  const refused = (bytes: Uint8Array, message: string | RegExp) =>
    expect(() => decode(bytes, 'a.bmp')).toThrow(message);
  const changed = (name: string, at: number, ...values: number[]) => {
    const bytes = fileOf(name);
    bytes.set(values, at);
    return bytes;
  };

  it('of runs may pass over pixels, which then have color 0', () => {
    const file = fileOf('BMP: runs of bytes'); // 13×9
    const pixels = new DataView(file.buffer).getUint32(10, true);
    const runs = Uint8Array.of(2, 5, 0, 2, 3, 1, 1, 6, 0, 1); // two of 5, three right and one up, one of 6, the end
    const { data } = decode(new Uint8Array(Buffer.concat([file.subarray(0, pixels), runs])), 'a').pixels;
    const color = (x: number, up: number) => [...data.subarray(((8 - up) * 13 + x) * 3).subarray(0, 3)];
    const inPalette = (index: number) => [...file.subarray(54 + index * 4, 57 + index * 4)].reverse();
    expect([color(1, 0), color(5, 1), color(4, 1), color(2, 0)]).toEqual([5, 6, 0, 0].map(inPalette));
  });

  it('that is too large, damaged or cut off is refused', () => {
    refused(
      changed('BMP: 24 bits', 18, 0, 0, 1, 0, 0, 0, 1, 0),
      'a picture of 65536×65536 pixels (at most 50,000,000)',
    );
    refused(changed('BMP: 24 bits', 18, 255, 255, 255, 255), 'a picture of -1×5 pixels is empty');
    refused(changed('BMP: 24 bits', 14, 41), 'a BMP header of 41 bytes (12, 40, 52, 56, 64, 108, 124)');
    refused(changed('BMP: 24 bits', 30, 4), 'a BMP of 24 bits a pixel and compression 4');
    refused(changed('BMP: 24 bits', 28, 23), 'a BMP of 23 bits a pixel and compression 0');
    refused(changed('BMP: 16 bits by masks', 54, 0, 0x0a), 'masks of 0xa00, 0x7e0, 0x1f in 16 bits');
    refused(
      changed('BMP: a palette of 16 colors, of odd width', 46, 2),
      /its palette has 2 colors, a pixel has color \d/,
    );
    for (const { name, file } of decoded.filter(({ name }) => name.startsWith('BMP'))) {
      const bytes = bytesOf(file);
      // The last bytes of runs only say that they end.
      for (let length = 2; length < bytes.length - 4; length++) {
        expect(() => decode(bytes.subarray(0, length), name), `${name}: ${length}`).toThrow('the file was cut off');
      }
    }
  });
});

describe('a JPEG', () => {
  it('is read in the layout of its file, progressive ones too', async () => {
    for (const progressive of [false, true]) {
      const jpeg = await greyJpeg(new Uint8Array(24 * 16).fill(90), 24, 16, { progressive });
      const { pixels, orientation } = decode(jpeg, 'a.jpg');
      expect([pixels.width, pixels.height, orientation]).toEqual([24, 16, 1]);
      expect(pixelsOfImage(pixels, [16, 24, 1])).toEqual(new Uint8Array(24 * 16).fill(90));
    }
  });

  it('that is too large, of four channels, damaged or cut off is refused, and the next one is read', async () => {
    const jpeg = await greyJpeg(noise(64 * 64, 5), 64, 64);
    const refused = (bytes: Uint8Array, message: string | RegExp) =>
      expect(() => decode(bytes, 'a.jpg')).toThrow(message);
    const frame = jpeg.findIndex((byte, i) => byte === 0xff && ((jpeg[i + 1] as number) & 0xfc) === 0xc0);
    const changed = (at: number, ...values: number[]) => {
      const bytes = jpeg.slice();
      bytes.set(values, frame + at);
      return bytes;
    };
    refused(changed(5, 255, 255, 255, 255), 'a picture of 65535×65535 pixels (at most 50,000,000)');
    refused(changed(9, 4), 'a JPEG with 4 channels; expected 1 (grey) or 3 (color): save it as RGB');
    refused(jpeg.subarray(0, frame), 'a JPEG that ends before its size');
    refused(jpeg.subarray(0, jpeg.length / 2), 'a JPEG without its end');
    refused(changed(10, 9, 0xff), /a JPEG that cannot be decoded/);
    expect(decode(jpeg, 'a.jpg').pixels.width).toBe(64);
  });
});

it('goes by what a file begins with, not by its name', () => {
  expect([...decode(greyPng(Uint8Array.of(1, 2), 2, 1), 'a.jpg').pixels.data]).toEqual([1, 2]);
});
