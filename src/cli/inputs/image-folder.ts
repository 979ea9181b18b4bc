import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { LiteBlockError } from '../../format/errors.ts';
import { isSystemError, unreadable } from '../../jobs/files/system-error.ts';
import type { InputImages } from './images.ts';
import { naturalOrder } from './natural-order.ts';
import { isPictureName } from './pictures/pictures.ts';

/** Reads, or throws file-unreadable with the path. */
export function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    const isMissing = isSystemError(cause) && cause.code === 'ENOENT';
    throw unreadable(path, isMissing ? 'no such file or folder' : cause);
  }
}

export const isFolder = (path: string): boolean => reading(path, () => statSync(path).isDirectory());

const isImageName = (name: string): boolean => extname(name) === '.npy' || isPictureName(name);

/** Files of a folder with one image each, or of the class folders in it. Throws input where there are none, or both. */
export function filesOf(path: string): {
  readonly files: readonly string[];
  readonly classes?: InputImages['classes'];
} {
  const names = namesIn(path);
  const folders = names.filter((name) => isFolder(join(path, name)));
  if (folders.length === 0) return { files: filesIn(path, names) };
  const file = names.find((name) => !folders.includes(name) && isImageName(join(path, name)));
  if (file) {
    throw new LiteBlockError('input', `${path}: it has files ("${file}") and class folders ("${folders[0]}")`);
  }
  const files = folders.map((folder) => filesIn(join(path, folder), namesIn(join(path, folder))));
  return { files: files.flat(), classes: { names: folders, of: files.flatMap((list, i) => list.map(() => i)) } };
}

/** What is in a folder but hidden files, in natural order. */
const namesIn = (path: string): string[] =>
  reading(path, () => readdirSync(path))
    .filter((name) => !name.startsWith('.'))
    .sort(naturalOrder);

function filesIn(path: string, names: readonly string[]): string[] {
  const files = names.map((name) => join(path, name)).filter(isImageName);
  if (files.length > 0) return files;
  const found = names.length === 0 ? 'it is empty' : `there is no image in it ("${names[0]}" …)`;
  throw new LiteBlockError('input', `${path}: ${found}: expected a folder of PNG, JPEG, BMP or .npy, one image each`);
}
