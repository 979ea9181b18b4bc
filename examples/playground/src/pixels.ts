import type { Box } from '../../../src/detect/detections.ts';
import type { ImageInput } from './protocol.ts';

/** What is scaled to the input's size. */
export type Picture = ImageBitmap | HTMLVideoElement;

const sizeOf = (picture: Picture): readonly [width: number, height: number] =>
  picture instanceof HTMLVideoElement ? [picture.videoWidth, picture.videoHeight] : [picture.width, picture.height];

function canvasOf(width: number, height: number): [HTMLCanvasElement, CanvasRenderingContext2D] {
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.imageSmoothingQuality = 'high';
  return [canvas, context];
}

/**
 * The middle of a picture, of the input's proportions, halved while it is more than twice as large, so that no pixel is
 * passed over, and drawn at the input's size. A picture of just that size is taken as it is.
 */
function resized(picture: Picture, { width, height }: ImageInput): Uint8ClampedArray {
  const [w, h] = sizeOf(picture);
  const scale = Math.min(w / width, h / height);
  let [from, at]: [Picture | HTMLCanvasElement, readonly number[]] = [
    picture,
    [(w - width * scale) / 2, (h - height * scale) / 2, width * scale, height * scale],
  ];
  while ((at[2] as number) > 2 * width) {
    const [next, context] = canvasOf(Math.ceil((at[2] as number) / 2), Math.ceil((at[3] as number) / 2));
    const [x = 0, y = 0, sw = 0, sh = 0] = at;
    context.drawImage(from, x, y, sw, sh, 0, 0, next.width, next.height);
    [from, at] = [next, [0, 0, next.width, next.height]];
  }
  const [, context] = canvasOf(width, height);
  const [x = 0, y = 0, sw = 0, sh = 0] = at;
  context.drawImage(from, x, y, sw, sh, 0, 0, width, height);
  return context.getImageData(0, 0, width, height).data;
}

/** How a picture's values become the input's: `white` is the value of a white pixel, 255 or less. */
export interface Range {
  readonly white: number;
  readonly invert: boolean;
}

/** The input's pixels, NHWC: grey for one channel (the weights of ITU-R BT.601), else red, green, blue. */
export function pixelsOf(picture: Picture, input: ImageInput, { white, invert }: Range): Uint8Array<ArrayBuffer> {
  const rgba = resized(picture, input);
  const { channels } = input;
  const level = (value: number): number => levelOf(value / 255, { white, invert });
  const pixels = new Uint8Array(input.height * input.width * channels);
  for (let i = 0, at = 0; i < rgba.length; i += 4) {
    const [r = 0, g = 0, b = 0] = [rgba[i], rgba[i + 1], rgba[i + 2]];
    if (channels === 1) pixels[at++] = level((299 * r + 587 * g + 114 * b) / 1000);
    else for (let c = 0; c < channels; c++) pixels[at++] = level([r, g, b][c] ?? 0);
  }
  return pixels;
}

/** A level from 0 to 1 as the value of a pixel. */
const levelOf = (level: number, { white, invert }: Range): number => Math.round((invert ? 1 - level : level) * white);

/** A drawing's levels as pixels of an input of one channel. */
export const pixelsOfLevels = (levels: Float32Array, range: Range): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(levels, (level) => levelOf(level, range));

/** Shows pixels as they are given to the model. */
export function showPixels(canvas: HTMLCanvasElement, pixels: Uint8Array, input: ImageInput, white: number): void {
  const { width, height, channels } = input;
  canvas.width = width;
  canvas.height = height;
  const image = new ImageData(width, height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      const value = pixels[i * channels + (channels >= 3 ? c : 0)] as number;
      image.data[4 * i + c] = Math.min(255, (value * 255) / white);
    }
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext('2d')?.putImageData(image, 0, 0);
}

/** Draws the frames of boxes, whose sides are parts of the picture. */
export function outline(canvas: HTMLCanvasElement, boxes: readonly Box[]): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { width, height } = canvas;
  context.strokeStyle = '#e8590c';
  context.lineWidth = Math.max(1, Math.round(width / 160));
  for (const { top, left, bottom, right } of boxes) {
    context.strokeRect(left * width, top * height, (right - left) * width, (bottom - top) * height);
  }
}
