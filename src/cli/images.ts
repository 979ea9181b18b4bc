import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { LiteBlockError } from '../format/errors.ts';
import { type ImageShape, type ImageValues, imagesOfNpy, imagesOfRaw } from '../import/npy/images.ts';
import { isNpy, readNpy } from '../import/npy/read-npy.ts';
import { naturalOrder } from './natural-order.ts';

/** IMAGES of the command line, for one input of a model. */
export interface Images {
  readonly path: string;
  readonly count: number;
  /** Image i, NHWC: pixels (u8), quantised values (i8) or real ones (f32). Those of a folder are read when asked for. */
  at(i: number): ImageValues;
  /** Of class folders: their names in natural order, and which one each image is from. */
  readonly classes?: { readonly names: readonly string[]; readonly of: readonly number[] };
}

/** What an input wants of IMAGES. */
export interface Wanted {
  /** For messages: input 0 "image". */
  readonly input: string;
  readonly shape: ImageShape;
  /** What the values of a headerless file are. */
  readonly raw: 'u8' | 'i8' | 'f32';
}

const notYet = ['.png', '.jpg', '.jpeg', '.bmp'];

/**
 * IMAGES: a headerless file, a `.npy`, a folder of `.npy` with one image each, or a folder of such folders, one a class. Throws
 * file-unreadable, what readNpy throws, and input, with the file, its shape and what is wanted.
 */
export function openImages(path: string, wanted: Wanted): Images {
  if (isFolder(path)) return openFolder(path, wanted);
  const values = readImages(path, wanted);
  const size = sizeOf(wanted.shape);
  const count = values.length / size;
  if (count === 0) throw new LiteBlockError('input', `${path}: it has no images`);
  return { path, count, at: (i) => values.subarray(i * size, (i + 1) * size) };
}

const sizeOf = ([h, w, c]: ImageShape): number => h * w * c;

function isFolder(path: string): boolean {
  return reading(path, () => statSync(path).isDirectory());
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file or folder' : message;
    throw new LiteBlockError('file-unreadable', `${path}: ${why}`, [], { cause });
  }
}

function readImages(path: string, { shape, raw, input }: Wanted): ImageValues {
  refusePicture(path);
  const bytes = reading(path, () => readFileSync(path));
  if (isNpy(bytes) || extname(path) === '.npy') return imagesOfNpy(readNpy(bytes, path), shape, path);
  return imagesOfRaw(bytes, shape, raw, path, input);
}

function refusePicture(path: string): void {
  const kind = extname(path).toLowerCase();
  if (!notYet.includes(kind)) return;
  const what = `${kind.slice(1).toUpperCase()} is not supported yet (raw u8 NHWC files, .npy, folders of .npy)`;
  throw new LiteBlockError('unsupported', `${path}: ${what}`);
}

function openFolder(path: string, wanted: Wanted): Images {
  const names = namesIn(path);
  const folders = names.filter((name) => isFolder(join(path, name)));
  if (folders.length === 0) return ofFiles(path, filesIn(path, names), wanted);
  const file = names.find((name) => extname(name) === '.npy');
  if (file) {
    throw new LiteBlockError('input', `${path}: it has files ("${file}") and class folders ("${folders[0]}")`);
  }
  const files = folders.map((folder) => filesIn(join(path, folder), namesIn(join(path, folder))));
  const of = files.flatMap((list, i) => list.map(() => i));
  return { ...ofFiles(path, files.flat(), wanted), classes: { names: folders, of } };
}

/** What is in a folder but hidden files, in natural order. */
const namesIn = (path: string): string[] =>
  reading(path, () => readdirSync(path))
    .filter((name) => !name.startsWith('.'))
    .sort(naturalOrder);

function filesIn(path: string, names: readonly string[]): string[] {
  for (const name of names) refusePicture(join(path, name));
  const files = names.filter((name) => extname(name) === '.npy').map((name) => join(path, name));
  if (files.length > 0) return files;
  const found = names.length === 0 ? 'it is empty' : `there is no .npy in it ("${names[0]}" …)`;
  throw new LiteBlockError('input', `${path}: ${found}: a folder of .npy, one image each, is wanted`);
}

function ofFiles(path: string, files: readonly string[], wanted: Wanted): Images {
  const at = (i: number): ImageValues => {
    const file = files[i] as string;
    const values = readImages(file, wanted);
    const images = values.length / sizeOf(wanted.shape);
    if (images !== 1) {
      throw new LiteBlockError(
        'input',
        `${file}: ${images} images, each file of a folder has one (give this file itself)`,
      );
    }
    return values;
  };
  return { path, count: files.length, at };
}
