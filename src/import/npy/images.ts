import { LiteBlockError } from '../../format/errors.ts';
import { arrayOf, type Values } from '../../format/values.ts';
import { dtypeOf, type Npy } from './read-npy.ts';

/** Sides and channels of one image. */
export type ImageShape = readonly [h: number, w: number, c: number];

/** Images one after the other, NHWC: pixels (u8), quantised values (i8) or real ones (f32). */
export type ImageValues = Values<'u8' | 'i8' | 'f32'>;

const same = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis]);

/**
 * An array as images of the shape `wanted`. Its axes are [n, h, w, c], [h, w, c] for one image, and the same without c where
 * there is one channel, or without h and w where both are 1. Where only channels first fit ([n, c, h, w], PyTorch's order),
 * they are put last. u1 are pixels, i1 quantised values, f4 and f8 real ones. Throws input.
 */
export function imagesOfNpy(npy: Npy, wanted: ImageShape, source: string): ImageValues {
  const [h, w, c] = wanted;
  const values = valuesOf(npy, source);
  const last: number[][] = [[h, w, c]];
  if (c === 1) last.push([h, w]);
  if (h === 1 && w === 1) last.push([c]);
  const fits = (axes: readonly number[]) => same(npy.shape, axes) || same(npy.shape.slice(1), axes);
  if (last.some(fits)) return values;
  if (fits([c, h, w])) return channelsLast(values, wanted);
  const axes = `[n, ${h}, ${w}, ${c}], or ${c === 1 ? `[n, ${h}, ${w}]` : `[n, ${c}, ${h}, ${w}] channels first`}`;
  throw new LiteBlockError('input', `${source}: it has the shape [${npy.shape.join(', ')}]; expected ${axes}`);
}

function valuesOf({ type, data, shape }: Npy, source: string): ImageValues {
  if (type === 'u1' || type === 'i1' || type === 'f4') return data as ImageValues;
  if (type === 'f8') return Float32Array.from(data as Float64Array);
  const what = 'expected uint8 (pixels), float32 (real values) or int8 (quantised values)';
  throw new LiteBlockError('input', `${source}: it is ${dtypeOf(type)} [${shape.join(', ')}]; ${what}`);
}

function channelsLast<Each extends ImageValues>(values: Each, [h, w, c]: ImageShape): Each {
  const moved = values.slice() as Each;
  const pixels = h * w;
  for (let i = 0; i < values.length; i++) {
    const inImage = i % (pixels * c);
    const [channel, pixel] = [Math.floor(inImage / pixels), inImage % pixels];
    moved[i - inImage + pixel * c + channel] = values[i];
  }
  return moved;
}

/**
 * A headerless file as images of the shape `wanted`, of bytes or of float32 values. `input` says whose images they are.
 * Throws input where it is not a whole number of them.
 */
export function imagesOfRaw(
  bytes: Uint8Array,
  wanted: ImageShape,
  dtype: 'u8' | 'i8' | 'f32',
  source: string,
  input = 'the input',
): ImageValues {
  const array = arrayOf(dtype);
  const exact = new Uint8Array(bytes).buffer; // a Buffer's slice would be a view of a pool
  const one = wanted[0] * wanted[1] * wanted[2] * array.BYTES_PER_ELEMENT;
  if (bytes.length === 0 || bytes.length % one !== 0) {
    const what = `${bytes.length} bytes; one image of ${input} (${wanted.join('×')} ${dtype}) has ${one}`;
    throw new LiteBlockError('input', `${source}: ${what}`);
  }
  return new array(exact);
}
