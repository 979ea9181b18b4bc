/** A longer text is not the name of a class. */
const longest = 1000;

/**
 * Names of classes, as they are written in label files: one a line, or all in one line with commas between them. Lines that
 * begin with their own number ("0 cat", "1: dog", "2,bird") lose it where all do. Throws an error in words.
 */
export function parseClassNames(text: string): string[] {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map((line) => plain(line).trim());
  while (lines.at(-1) === '') lines.pop();
  if (lines.length === 0) return [];
  const names = lines.length === 1 ? (lines[0] as string).split(',').map((name) => name.trim()) : lines;
  const long = names.findIndex((name) => name.length > longest);
  if (long >= 0) throw new Error(`class names: line ${long + 1} is longer than ${longest} characters: one name a line`);
  const numbered = names.map((name, i) => {
    const match = /^(\d+)(?:\s*[:,;\t]\s*|\s+)(\S.*)$/.exec(name);
    return match && Number(match[1]) === i ? (match[2] as string) : undefined;
  });
  return names.length > 1 && numbered.every((name) => name !== undefined) ? (numbered as string[]) : names;
}

/** Throws where a model has another number of classes. */
export function checkClassNames(names: readonly string[], classes: number): void {
  if (names.length === 0 || names.length === classes) return;
  const given = names.length === 1 ? '1 class name' : `${names.length} class names`;
  throw new Error(`${given}, but the model has ${classes} classes: give one name for each, one a line`);
}

/** Without characters that are not text: control characters, and those that turn the direction of what follows. */
const plain = (text: string): string =>
  text.replace(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/gu, (c) => (c === '\t' ? c : ''));

const isText = (bytes: Uint8Array): boolean => !bytes.subarray(0, 4096).includes(0);

/** The text of a label file. Throws where it is none. */
export function textOf({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): string {
  const what = `${name}: expected a text file with one name a line`;
  if (bytes.length > 1 << 24 || !isText(bytes)) throw new Error(what);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${what}, in UTF-8`);
  }
}

/** Whether a file holds names or true classes, by its own name. */
export const isTextFile = (name: string): boolean => /\.(txt|csv|tsv|labels|names)$/i.test(name);
