import { statSync } from 'node:fs';
import { extname } from 'node:path';
import { LiteBlockError } from '../../format/errors.ts';
import { type ImageShape, type ImageValues, imagesOfNpy, imagesOfRaw } from '../../import/npy/images.ts';
import { isNpy, readNpy } from '../../import/npy/read-npy.ts';
import { pixelsOfImage } from '../../runtime/image/pixels.ts';
import { readInput } from '../files/read-input.ts';
import { refuseForeign } from './foreign.ts';
import { reading } from './image-folder.ts';
import type { WantedImages } from './images.ts';
import { checkFileSize, isPictureName, loadPictureDecoder } from './pictures/pictures.ts';

/** A file with one or more images. */
export interface ImageFile {
  readonly path: string;
  readonly count: number;
  readonly isPicture: boolean;
  at(k: number): ImageValues;
}

const sizeOf = ([h, w, c]: ImageShape): number => h * w * c;

/** A headerless file or a `.npy` with any number of images. */
export function openArray(path: string, wanted: WantedImages): ImageFile {
  const values = readArray(path, wanted);
  const size = sizeOf(wanted.shape);
  const count = values.length / size;
  if (count === 0) throw new LiteBlockError('input', `${path}: it has no images`);
  return { path, count, isPicture: false, at: (k) => values.subarray(k * size, (k + 1) * size) };
}

const imagesWanted = 'expected pictures (.png, .jpg, .bmp), a .npy or a headerless file of values';

const fits = ({ length }: Uint8Array, path: string, { shape, raw }: WantedImages): boolean =>
  extname(path) !== '.npy' && length % (sizeOf(shape) * (raw === 'f32' ? 4 : 1)) === 0;

function readArray(path: string, { shape, raw, input }: WantedImages): ImageValues {
  const bytes = readInput(path);
  if (!isNpy(bytes)) refuseForeign(bytes, path, imagesWanted, fits(bytes, path, { shape, raw, input }));
  if (isNpy(bytes) || extname(path) === '.npy') return imagesOfNpy(readNpy(bytes, path), shape, path);
  return imagesOfRaw(bytes, shape, raw, path, input);
}

function readOne(path: string, wanted: WantedImages): ImageValues {
  const values = readArray(path, wanted);
  const images = values.length / sizeOf(wanted.shape);
  if (images === 1) return values;
  throw new LiteBlockError(
    'input',
    `${path}: ${images} images, but each file of a folder must have one (give this file by itself)`,
  );
}

/** Opens files of one image each, which are read when they are asked for. Decoders are loaded where there are pictures. */
export async function readerOf(paths: readonly string[], wanted: WantedImages): Promise<(path: string) => ImageFile> {
  const readPicture = paths.some(isPictureName) ? await pictureReader(ofPictures(wanted)) : undefined;
  return (path) => {
    const isPicture = readPicture !== undefined && isPictureName(path);
    return { path, count: 1, isPicture, at: () => (isPicture ? readPicture(path) : readOne(path, wanted)) };
  };
}

/** Pictures have their channels last, whatever the model takes. */
function ofPictures(wanted: WantedImages): WantedImages {
  const [c, h, w] = wanted.shape;
  return wanted.layout === 'nchw' ? { ...wanted, shape: [h, w, c] } : wanted;
}

/** Calibration passes over its images several times. */
const mostKeptBytes = 256 * 1024 * 1024;

async function pictureReader({ shape, input, warn }: WantedImages): Promise<(path: string) => Uint8Array> {
  const decode = await loadPictureDecoder();
  const most = Math.floor(mostKeptBytes / sizeOf(shape));
  const kept = new Map<string, Uint8Array>();
  let told = false;
  return (path) => {
    const known = kept.get(path);
    if (known) return known;
    if (shape[2] !== 1 && shape[2] !== 3) {
      const what = `a picture has 1 channel (grey) or 3 (red, green, blue), but ${input} has ${shape[2]} (give a .npy)`;
      throw new LiteBlockError('input', `${path}: ${what}`);
    }
    checkFileSize(
      reading(path, () => statSync(path).size),
      path,
    );
    const { pixels, orientation } = decode(readInput(path), path);
    if (orientation !== 1 && !told) {
      told = true;
      warn?.(`${path}: its EXIF orientation is ignored, as in PIL's Image.open`);
    }
    const resized = pixelsOfImage(pixels, shape);
    if (kept.size < most) kept.set(path, resized);
    return resized;
  };
}
