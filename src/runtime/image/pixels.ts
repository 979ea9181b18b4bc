import { checkKind } from '../../format/arguments.ts';
import { LiteBlockError } from '../../format/errors.ts';
import { channelsOf, type Pixels, resizePixels } from './resize.ts';

/**
 * An image at a network's size and channels, NHWC: grey for one channel, else red, green, blue; resized as a whole, its
 * proportions not kept, by `resizePixels`. The image is RGBA (such as an ImageData; alpha is left out), RGB or grey, which its
 * length says. Throws input.
 */
export function pixelsOfImage(image: Pixels, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  checkKind('pixelsOfImage: [height, width, channels]', shape, 'Array');
  const [height, width, channels] = shape;
  const size = { width: width, height: height };
  const given = channelsOf(image, [1, 3, 4]);
  if (channels === 1) return resizePixels(given === 1 ? image : greyOf(image, given), size);
  if (channels === 3) return given === 1 ? repeated(resizePixels(image, size), 3) : resizePixels(image, size, 3);
  throw new LiteBlockError('input', `image: an image has 1 channel (grey) or 3 (red, green, blue), not ${channels}`);
}

/** Luma of ITU-R 601 in steps of 2⁻¹⁶, as Pillow's `convert('L')`; before resizing, which rounds. */
function greyOf({ data, width, height }: Pixels, stride: number): Pixels {
  const grey = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < grey.length; i++, at += stride) {
    const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
    grey[i] = (19595 * r + 38470 * g + 7471 * b + 0x8000) >> 16;
  }
  return { data: grey, width, height };
}

function repeated(grey: Uint8Array, times: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(grey.length * times);
  for (let i = 0; i < grey.length; i++) out.fill(grey[i], i * times, (i + 1) * times);
  return out;
}
