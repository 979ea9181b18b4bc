import { isTextFile, parseClassNames, textOf } from './class-names.ts';
import { byId } from './dom.ts';
import { onFiles, readFile } from './files.ts';

/** A field for the names of classes: typed, pasted, or from a file that is picked or dropped on it. */
export class ClassNamesField {
  readonly #field: HTMLTextAreaElement;
  readonly #changed: () => void;

  /** `id` is the text area's, `id`-file that of the file input, and `id`-drop that of what takes a dropped file. */
  constructor(id: string, changed: () => void, failed: (cause: unknown) => void) {
    this.#field = byId<HTMLTextAreaElement>(id);
    this.#changed = changed;
    this.#field.addEventListener('change', () => {
      try {
        changed();
      } catch (cause) {
        failed(cause);
      }
    });
    onFiles(byId(`${id}-drop`), byId(`${id}-file`), (files) => void this.take(files).catch(failed));
  }

  /** The names that are there. Throws an error in words. */
  get names(): string[] {
    return parseClassNames(this.#field.value);
  }

  set names(names: readonly string[]) {
    this.#field.value = names.join('\n');
  }

  /** Takes the names in a file. */
  async take(files: readonly File[]): Promise<void> {
    const [file, ...others] = files;
    if (!file) return;
    if (others.length > 0) throw new Error(`${files.length} files: give one file of class names`);
    const text = textOf(await readFile(file));
    parseClassNames(text);
    this.#field.value = text;
    this.#changed();
  }
}

/** Whether files are one file of names and nothing else. */
export const areClassNames = (files: readonly File[]): boolean =>
  files.length === 1 && files.every(({ name }) => isTextFile(name));
