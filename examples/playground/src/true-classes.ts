import { isTextFile, textOf } from './class-names.ts';
import type { NamedFile } from './protocol.ts';

/** What is known of a model's classes. */
export interface Classes {
  readonly count: number;
  readonly names: readonly string[];
}

/** Files and folders in an order that does not depend on the machine: image2 before image10. */
export const naturalOrder = new Intl.Collator('en', { numeric: true }).compare;

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** The folder that a file lies in; empty for a file that was dropped by itself. */
const folderOf = (path: string): string => baseName(path.slice(0, Math.max(path.lastIndexOf('/'), 0)));

/**
 * The true class of each image, by name: from a file of them (a CSV with a file name and a class in each line, a text with a
 * class a line, bytes or whole numbers in the order of the images), or from the folders that the images lie in. Undefined
 * where nothing says it. Throws an error in words.
 */
export function trueClasses(
  images: readonly string[],
  labels: NamedFile | undefined,
  classes: Classes,
): number[] | undefined {
  if (labels)
    return checked(
      labels.name,
      isTextFile(labels.name) ? ofText(images, labels, classes) : [...labels.bytes],
      images,
      classes,
    );
  const folders = images.map(folderOf);
  return folders.some((folder) => folder === '') ? undefined : ofFolders(folders, classes);
}

function checked(source: string, truth: number[], images: readonly string[], { count }: Classes): number[] {
  if (truth.length !== images.length) {
    throw new Error(`${source}: ${truth.length} true classes for ${images.length} images: give one for each`);
  }
  const bad = truth.findIndex((value) => !(Number.isInteger(value) && value >= 0 && value < count));
  if (bad >= 0) {
    throw new Error(
      `${source}: image ${bad} has the class ${truth[bad]}, but the model has ${count} (0 to ${count - 1})`,
    );
  }
  return truth;
}

/** A class by its name or its number; undefined for what is neither. */
function classOf(word: string, { count, names }: Classes): number | undefined {
  const named = names.indexOf(word);
  if (named >= 0) return named;
  return /^\d{1,9}$/.test(word) && Number(word) < count ? Number(word) : undefined;
}

const unquoted = (cell: string): string =>
  cell
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replaceAll('""', '"');

/** The first and the last cell of a line. A file name may have a comma in it, a class may not. */
function cellsOf(line: string): readonly [file: string | undefined, word: string] {
  const at = Math.max(line.lastIndexOf(','), line.lastIndexOf('\t'), line.lastIndexOf(';'));
  return at < 0 ? [undefined, unquoted(line)] : [unquoted(line.slice(0, at)), unquoted(line.slice(at + 1))];
}

function ofText(images: readonly string[], labels: NamedFile, classes: Classes): number[] {
  const lines = textOf(labels)
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '');
  const rows = lines.map(cellsOf);
  // A first line that names no class names the columns.
  if (rows.length > 1 && classOf(rows[0]?.[1] ?? '', classes) === undefined) rows.shift();
  const offset = lines.length - rows.length + 1;
  const read = rows.map(([file, word], i) => {
    const index = classOf(word, classes);
    if (index !== undefined) return [file, index] as const;
    const known = classes.names.length > 0 ? ` (${classes.names.slice(0, 3).join(', ')} …)` : '';
    throw new Error(
      `${labels.name}: line ${i + offset}: "${word.slice(0, 40)}" is not a class: give a number from 0 to ${classes.count - 1} or a class name${known}`,
    );
  });
  if (read.every(([file]) => file === undefined)) return read.map(([, index]) => index);
  const byFile = new Map(read.map(([file, index]) => [(file ?? '').replace(/^\.\//, ''), index]));
  return images.map((image) => {
    const ends = image.split('/').map((_, i, parts) => parts.slice(i).join('/'));
    const found = ends.map((end) => byFile.get(end)).find((index) => index !== undefined);
    const byBase = found ?? byFile.get(baseName(image));
    if (byBase === undefined) throw new Error(`${labels.name}: it has no line for the image "${image.slice(0, 80)}"`);
    return byBase;
  });
}

/** Folders named as classes, or by their numbers; else one folder a class, in natural order. */
function ofFolders(folders: readonly string[], classes: Classes): number[] {
  const names = [...new Set(folders)].sort(naturalOrder);
  const known = names.map((name) => classOf(name, classes));
  const isKnown = known.every((index) => index !== undefined);
  if (!isKnown && names.length !== classes.count) {
    const how = 'name folders as the classes, or give one folder for each class';
    throw new Error(`${names.length} folders of images, but the model has ${classes.count} classes: ${how}`);
  }
  const indices = new Map(names.map((name, i) => [name, isKnown ? (known[i] as number) : i]));
  return folders.map((folder) => indices.get(folder) as number);
}
