import { checkKind, checkMembers } from '../../format/arguments.ts';
import { LiteBlockError } from '../../format/errors.ts';

/** Pixels as bytes, rows from the top, channels innermost. */
export interface Pixels {
  /** height · width · channels bytes. */
  readonly data: Uint8Array | Uint8ClampedArray;
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** The size of an image. */
export interface Size {
  /** In pixels. */
  readonly width: number;
  /** In pixels. */
  readonly height: number;
}

/** Which pixels of a row or column make one of the result, and how much each of them counts. */
interface Taps {
  readonly first: Int32Array;
  readonly count: Int32Array;
  /** `most` places for each pixel of the result, of which `count` are used; in steps of 2^−22. */
  readonly weights: Int32Array;
  readonly most: number;
}

/** Fractional bits of a weight. The weights of a pixel add up to 2²² but for rounding, so sums stay near 255 · 2²², below 2³¹. */
const bits = 22;
const half = 1 << (bits - 1);

/**
 * The triangle filter of Pillow's BILINEAR (src/libImaging/Resample.c): as wide as two pixels of whichever side has fewer,
 * so that a smaller picture is an average of all pixels, and cut at the edges.
 */
function tapsOf(from: number, to: number): Taps {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const most = Math.ceil(support) * 2 + 1;
  const [first, count] = [new Int32Array(to), new Int32Array(to)];
  const weights = new Int32Array(to * most);
  const real = new Float64Array(most);
  for (let i = 0; i < to; i++) {
    const center = (i + 0.5) * scale;
    const low = Math.max(Math.trunc(center - support + 0.5), 0);
    const taps = Math.min(Math.trunc(center + support + 0.5), from) - low;
    let sum = 0;
    for (let k = 0; k < taps; k++) {
      real[k] = Math.max(1 - Math.abs((k + low - center + 0.5) * (1 / support)), 0);
      sum += real[k];
    }
    for (let k = 0; k < taps; k++) {
      weights[i * most + k] = Math.trunc(0.5 + (real[k] / sum) * (1 << bits));
    }
    first[i] = low;
    count[i] = taps;
  }
  return { first, count, weights, most };
}

/** Rows of `width` pixels, `stride` bytes apart, of which `channels` are taken → rows of `to` pixels. */
function alongRows(
  data: Pixels['data'],
  { width, height }: Size,
  stride: number,
  channels: number,
  to: number,
): Uint8ClampedArray {
  const taps = tapsOf(width, to);
  const out = new Uint8ClampedArray(to * height * channels); // it clamps: weights are rounded
  for (let y = 0; y < height; y++) {
    const [start, at] = [y * width * stride, y * to * channels];
    if (channels === 3) threeAlongRow(data, start, stride, taps, out, at);
    else for (let c = 0; c < channels; c++) oneAlongRow(data, start + c, stride, taps, out, at + c, channels);
  }
  return out;
}

function oneAlongRow(
  data: Pixels['data'],
  start: number,
  stride: number,
  { first, count, weights, most }: Taps,
  out: Uint8ClampedArray,
  to: number,
  step: number,
): void {
  for (let x = 0, at = to; x < first.length; x++, at += step) {
    const end = x * most + count[x];
    let sum = half;
    for (let k = x * most, p = start + first[x] * stride; k < end; k++, p += stride) {
      sum += Math.imul(data[p], weights[k]);
    }
    out[at] = sum >> bits;
  }
}

/** Three channels at once, in half the time that they take one by one. */
function threeAlongRow(
  data: Pixels['data'],
  start: number,
  stride: number,
  { first, count, weights, most }: Taps,
  out: Uint8ClampedArray,
  to: number,
): void {
  for (let x = 0, at = to; x < first.length; x++, at += 3) {
    const end = x * most + count[x];
    let a = half;
    let b = half;
    let c = half;
    for (let k = x * most, p = start + first[x] * stride; k < end; k++, p += stride) {
      const weight = weights[k];
      a += Math.imul(data[p], weight);
      b += Math.imul(data[p + 1], weight);
      c += Math.imul(data[p + 2], weight);
    }
    out[at] = a >> bits;
    out[at + 1] = b >> bits;
    out[at + 2] = c >> bits;
  }
}

/** `height` rows of `rowBytes` → `to` of them. Four columns at once share their weights. */
function alongColumns(data: Pixels['data'], height: number, rowBytes: number, to: number): Uint8ClampedArray {
  const { first, count, weights, most } = tapsOf(height, to);
  const out = new Uint8ClampedArray(to * rowBytes);
  for (let y = 0; y < to; y++) {
    const start = first[y] * rowBytes;
    const from = y * most;
    const end = from + count[y];
    for (let i = 0; i < rowBytes; i += 4) {
      let a = half;
      let b = half;
      let c = half;
      let d = half;
      // Beyond the row lies the next one, or nothing, which counts 0: these sums are written over or dropped.
      for (let k = from, p = start + i; k < end; k++, p += rowBytes) {
        const weight = weights[k];
        a += Math.imul(data[p], weight);
        b += Math.imul(data[p + 1], weight);
        c += Math.imul(data[p + 2], weight);
        d += Math.imul(data[p + 3], weight);
      }
      const at = y * rowBytes + i;
      out[at] = a >> bits;
      out[at + 1] = b >> bits;
      out[at + 2] = c >> bits;
      out[at + 3] = d >> bits;
    }
  }
  return out;
}

const isSide = (side: number): boolean => Number.isInteger(side) && side > 0;

/** Channels of an image, from the length of its data. Throws input where they are not `allowed`. */
export function channelsOf(image: Pixels, allowed: readonly number[]): number {
  checkMembers('image', image, 'data', 'width', 'height');
  const { data, width, height } = image;
  checkKind('image: data', data, 'Uint8Array', 'Uint8ClampedArray');
  for (const side of [width, height]) checkKind('image: width and height', side, 'Number');
  const channels = data.length / (width * height);
  if (isSide(width) && isSide(height) && allowed.includes(channels)) return channels;
  const wanted = allowed.join(', ').replace(/, (\d+)$/, ' or $1');
  throw new LiteBlockError(
    'input',
    `image: ${data.length} bytes for ${width}×${height} pixels; expected ${wanted} bytes per pixel`,
  );
}

/**
 * Which direction comes first matters, since there are bytes between the two: up to a level here and there. Pillow 13 begins
 * with the columns where they shrink by more than twice what the rows do; versions before it never did.
 */
const columnsFirst = (from: Size, to: Size): boolean =>
  to.height < from.height && from.height - to.height > 2 * (from.width - to.width);

/**
 * An image at another size, its proportions not kept: the bytes that Pillow's `Image.resize((width, height), BILINEAR)` gives.
 * Its filter widens with the ratio, so a smaller image is an average of all its pixels. Of each pixel the first `channels`
 * bytes are taken, or all. Throws input.
 */
export function resizePixels(image: Pixels, size: Size, channels?: number): Uint8Array<ArrayBuffer> {
  const stride = channelsOf(image, [1, 2, 3, 4]);
  checkMembers('resizePixels: size', size, 'width', 'height');
  const taken = channels ?? stride;
  for (const value of [size.width, size.height, taken]) checkKind('resizePixels: size and channels', value, 'Number');
  if (!(isSide(size.width) && isSide(size.height) && isSide(taken) && taken <= stride)) {
    const what = `${size.width}×${size.height} of ${taken} channels: whole numbers above 0, and at most ${stride} channels`;
    throw new LiteBlockError('input', `resizePixels: expected ${what}`);
  }
  const [shorter, narrower] = [size.height !== image.height, size.width !== image.width || taken !== stride];
  const columns = (data: Pixels['data'], rowBytes: number) =>
    shorter ? alongColumns(data, image.height, rowBytes, size.height) : data;
  const rows = (data: Pixels['data'], height: number) =>
    narrower ? alongRows(data, { width: image.width, height }, stride, taken, size.width) : data;
  const data = columnsFirst(image, size)
    ? rows(columns(image.data, image.width * stride), size.height)
    : columns(rows(image.data, image.height), size.width * taken);
  return data === image.data ? new Uint8Array(data) : new Uint8Array(data.buffer as ArrayBuffer);
}
