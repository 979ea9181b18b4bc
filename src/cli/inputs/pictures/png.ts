import type { DecodedPng, decode, IndexedColors } from 'fast-png';
import type { Pixels } from '../../../runtime/image/resize.ts';
import { damaged } from './limits.ts';
import { type InterlacePass, partsOfPng } from './png-chunks.ts';

/** Decodes a PNG: grey, RGB or RGBA. Throws file-truncated, file-invalid and unsupported. */
export type PngDecoder = (bytes: Uint8Array, source: string) => Pixels;

export async function loadPngDecoder(): Promise<PngDecoder> {
  const { decode } = await import('fast-png');
  return (bytes, source) => {
    const { width, height, parts } = partsOfPng(bytes, source);
    const passes = parts.map(({ pass, bytes: part }) => ({ pass, ...pixelsOf(decoded(decode, part, source), source) }));
    return passes.length === 1 ? passes[0] : { data: woven(width, height, passes), width, height };
  };
}

/** The picture of interlaced passes. */
function woven(
  width: number,
  height: number,
  passes: readonly (Pixels & { readonly pass: InterlacePass })[],
): Uint8Array {
  const channels = passes.reduce((sum, { data }) => sum + data.length, 0) / (width * height);
  const out = new Uint8Array(width * height * channels);
  for (const { pass, data } of passes) {
    const { x, y, dx, dy, columns, rows } = pass;
    for (let row = 0, from = 0; row < rows; row++) {
      for (let column = 0, at = ((y + row * dy) * width + x) * channels; column < columns; column++) {
        for (let c = 0; c < channels; c++) out[at + c] = data[from++];
        at += dx * channels;
      }
    }
  }
  return out;
}

function decoded(decodePng: typeof decode, bytes: Uint8Array, source: string): DecodedPng {
  try {
    return decodePng(bytes);
  } catch (cause) {
    throw damaged(source, `a PNG that is damaged: ${(cause as Error).message}`);
  }
}

function pixelsOf({ data, width, height, channels, depth, palette }: DecodedPng, source: string): Pixels {
  const size = width * height;
  if (depth < 8 || palette) {
    const samples = depth < 8 ? unpacked(data as Uint8Array, width, height, depth) : (data as Uint8Array);
    return { data: palette ? colored(samples, palette, source) : scaled(samples, depth), width, height };
  }
  if (depth === 8 && channels !== 2) return { data: data as Uint8Array, width, height };
  const colors = channels < 3 ? 1 : 3;
  // Of 16 bits the upper eight, as Pillow has it for color; of grey pixels it takes the value, 255 at most.
  const shift = depth - 8;
  const out = new Uint8Array(size * colors);
  for (let i = 0, at = 0, from = 0; i < size; i++, from += channels) {
    for (let c = 0; c < colors; c++) out[at++] = data[from + c] >> shift;
  }
  return { data: out, width, height };
}

/** Samples of 1, 2 or 4 bits, whose rows begin with a byte, as bytes. */
function unpacked(data: Uint8Array, width: number, height: number, depth: number): Uint8Array {
  const out = new Uint8Array(width * height);
  const rowBytes = Math.ceil((width * depth) / 8);
  const mask = (1 << depth) - 1;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const bit = x * depth;
      out[at] = (data[y * rowBytes + (bit >> 3)] >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return out;
}

/** 255 for the greatest sample: 1, 2 and 4 bits divide it. */
const scaled = (samples: Uint8Array, depth: number): Uint8Array =>
  samples.map((sample) => (sample * 255) / ((1 << depth) - 1));

function colored(samples: Uint8Array, palette: IndexedColors, source: string): Uint8Array {
  const out = new Uint8Array(samples.length * 3);
  samples.forEach((index, i) => {
    const color = palette[index];
    if (!color) throw damaged(source, `its palette has ${palette.length} colors, a pixel has color ${index}`);
    out.set(color.slice(0, 3), i * 3);
  });
  return out;
}
