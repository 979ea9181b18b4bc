import { LiteBlockError } from '../../format/errors.ts';
import { isNpy, readNpy } from '../../import/npy/read-npy.ts';
import { refuseForeign } from './foreign.ts';
import type { InputImages } from './images.ts';
import { readBytes } from './load-model.ts';

/** What is known of the classes: how many there are, and their names, if any. */
export interface Classes {
  readonly count: number;
  readonly labels: readonly string[];
}

/**
 * The true class of each of `images` images from a file: a `.npy` of whole numbers, bytes (exactly one an image), or text with
 * a number or a class name a line. Throws input with the image at fault.
 */
export async function readTrueClasses(path: string, images: number, classes: Classes): Promise<number[]> {
  const bytes = await readBytes(path);
  const wanted = 'expected u8 bytes, a .npy, or a text with one class number or name per line';
  if (!isNpy(bytes)) refuseForeign(bytes, path, wanted, true);
  const read = isNpy(bytes)
    ? Array.from(readNpy(bytes, path).data as ArrayLike<number | bigint>, Number)
    : bytes.length === images
      ? Array.from(bytes)
      : parseLines(new TextDecoder().decode(bytes), path, classes);
  if (read.length !== images) {
    throw new LiteBlockError(
      'input',
      `${path}: ${read.length} true classes for ${images} images; expected one per image`,
    );
  }
  const bad = read.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < classes.count));
  if (bad >= 0) {
    const what = `image ${bad} has the class ${read[bad]}, but the output has ${classes.count} (0 to ${classes.count - 1})`;
    throw new LiteBlockError('input', `${path}: ${what}`);
  }
  return read;
}

function parseLines(text: string, path: string, { labels }: Classes): number[] {
  const lines = text.split('\n').map((line) => line.trim());
  while (lines.at(-1) === '') lines.pop();
  return lines.map((line, i) => {
    const named = labels.indexOf(line);
    if (named >= 0) return named;
    if (/^\d+$/.test(line)) return Number(line);
    const known =
      labels.length > 0
        ? ` (${labels.slice(0, 5).join(', ')}${labels.length > 5 ? ', …' : ''})`
        : ', as the model has no names';
    throw new LiteBlockError(
      'input',
      `${path}: line ${i + 1} is "${line.slice(0, 40)}": a class number or name${known}`,
    );
  });
}

/**
 * The class of each image of class folders: by the model's names, where it has all of them, else by the folders' order. The
 * note says where that order is not the one that other tools take. Undefined where there are none.
 */
export function classesOfFolders(
  { path, classes: folders }: InputImages,
  classes: Classes,
): { readonly truth: number[]; readonly note?: string } | undefined {
  if (!folders) return undefined;
  const { names, of } = folders;
  const named = names.map((name) => classes.labels.indexOf(name));
  if (named.every((index) => index >= 0)) return { truth: of.map((folder) => named[folder]) };
  if (names.length !== classes.count) {
    const how = "expected one folder per class, or folders named as the model's labels";
    throw new LiteBlockError(
      'input',
      `${path}: ${names.length} class folders, but the output has ${classes.count} classes: ${how}`,
    );
  }
  const plain = [...names].sort();
  const other = names.findIndex((name, i) => name !== plain[i]);
  if (other < 0) return { truth: [...of] };
  const note =
    `class folders are taken in natural order, "${names[other]}" as class ${other}; torchvision's ImageFolder has ` +
    `"${plain[other]}" there (a model with labels takes folders by their names)`;
  return { truth: [...of], note };
}
