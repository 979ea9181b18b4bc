import { confusionOf, standardError } from '../../../src/analyze/confusion.ts';
import { isTextFile } from './class-names.ts';
import type { Client } from './client.ts';
import { byId, count, make } from './dom.ts';
import { showFailure } from './failure.ts';
import { FileList } from './file-list.ts';
import { decode, isPicture, onFiles, pathOf, readFile } from './files.ts';
import { pixelsOf, type Range } from './pixels.ts';
import type { Images, ModelView, NamedFile } from './protocol.ts';
import type { Tasks } from './task.ts';
import { naturalOrder, trueClasses } from './true-classes.ts';

/** A file that was dropped, and its path in the folder that was. */
interface Given {
  readonly name: string;
  readonly file: File;
}

/** What the page says of pixels and of classes. */
export interface RunSettings {
  readonly range: Range;
  readonly preprocessing: ModelView['preprocessing'];
  readonly names: readonly string[];
}

const isLabels = ({ name }: Given, others: number): boolean =>
  isTextFile(name) || (others > 0 && /labels?[^/]*$/i.test(name));

/** How many images the model names rightly, where their classes are known. */
export class AccuracyPanel {
  readonly #client: Client;
  readonly #tasks: Tasks;
  readonly #settings: () => RunSettings;
  readonly #list: FileList<Given>;
  readonly #start = byId<HTMLButtonElement>('accuracy');
  #view: ModelView | undefined;

  constructor(client: Client, tasks: Tasks, settings: () => RunSettings, failed: (cause: unknown) => void) {
    this.#client = client;
    this.#tasks = tasks;
    this.#settings = settings;
    this.#list = new FileList('tests', describe, () => this.#say(''));
    const add = (files: readonly File[]): void => {
      this.#list.set([...this.#list.items, ...files.map((file) => ({ name: pathOf(file), file }))]);
      this.#say('');
    };
    onFiles(byId('tests-drop'), byId('tests'), add);
    byId('tests-folder').addEventListener('change', ({ target }) => {
      const input = target as HTMLInputElement;
      add([...(input.files ?? [])]);
      input.value = '';
    });
    this.#start.addEventListener('click', () => {
      showFailure();
      this.#say('Running …');
      this.#tasks
        .run({ start: this.#start, cancel: 'accuracy-cancel', say: (text) => this.#say(text) }, (signal) =>
          this.#measure(signal),
        )
        .catch((cause) => {
          this.#say('');
          failed(cause);
        });
    });
  }

  show(view: ModelView | undefined): void {
    this.#view = view;
    this.#list.set([]);
    this.#say('');
  }

  #say(text: string, confused: readonly string[] = []): void {
    byId('accuracy-text').textContent = text;
    byId('confused').replaceChildren(...confused.map((line) => make('li', {}, line)));
  }

  async #measure(signal: AbortSignal): Promise<void> {
    const view = this.#view;
    if (!view?.input) return;
    const { range, preprocessing, names } = this.#settings();
    const items = [...this.#list.items].sort((a, b) => naturalOrder(a.name, b.name));
    const labels = items.filter((each) => isLabels(each, items.length - 1));
    const images = items.filter((each) => !labels.includes(each));
    if (images.length === 0) throw new Error('accuracy: drop images, or pick them, and what their classes are');
    if (labels.length > 1) {
      throw new Error(`accuracy: ${labels.map(({ name }) => name).join(', ')}: give one file of true classes`);
    }
    const truthFile = labels[0] && (await readFile(labels[0].file));
    const classes = { count: view.classes, names };
    const arePictures = images.every(({ file }) => isPicture(file));
    // What is wrong with the true classes of pictures is told before any is run.
    const early = arePictures
      ? this.#truth(
          images.map(({ name }) => name),
          truthFile,
          classes,
        )
      : undefined;
    const [predicted, paths]: [number[], string[]] = [[], []];
    for (const { name, file } of images) {
      if (signal.aborted) return;
      const given: Images | NamedFile = isPicture(file)
        ? {
            source: name,
            pixels: await decode(file, (bitmap) =>
              pixelsOf(bitmap, view.input as NonNullable<typeof view.input>, range),
            ),
          }
        : await readFile(file);
      const best = await this.#client.call('classify', [given, preprocessing]);
      for (const index of best) {
        predicted.push(index);
        paths.push(name);
      }
      if (predicted.length % 16 === 0)
        byId('accuracy-text').textContent = `Running: ${count(predicted.length)} images …`;
    }
    if (signal.aborted) return;
    const truth = early ?? this.#truth(paths, truthFile, classes);
    this.#report(truth, predicted, view.classes, names);
  }

  #truth(
    images: readonly string[],
    labels: NamedFile | undefined,
    classes: { count: number; names: readonly string[] },
  ): number[] {
    const truth = trueClasses(images, labels, classes);
    if (truth) return truth;
    throw new Error(
      'accuracy: the true classes are missing: add a CSV with a file name and a class in each line, or drop one folder for each class',
    );
  }

  #report(truth: readonly number[], predicted: readonly number[], classes: number, names: readonly string[]): void {
    const { top1, correct, confused, count: images } = confusionOf(truth, predicted, classes, names);
    const percent = (share: number): string => (100 * share).toFixed(1);
    const name = (index: number): string => names[index] ?? `class ${index}`;
    const error = percent(standardError(top1, images));
    this.#say(
      `${percent(top1)} % of ${count(images)} images are named right (${count(correct)}; standard error ${error} %).`,
      confused
        .slice(0, 5)
        .map((pair) =>
          `${name(pair.truth)} named ${name(pair.predicted)}: ${count(pair.count)} times`.replace(
            /: 1 times$/,
            ': once',
          ),
        ),
    );
  }
}

function describe(items: readonly Given[]): string {
  if (items.length === 0) return 'No images yet.';
  const labels = items.filter((each) => isLabels(each, items.length - 1)).length;
  const folders = new Set(
    items.flatMap(({ name }) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [])),
  ).size;
  const parts = [`${count(items.length - labels)} files of images`];
  if (folders > 0) parts.push(folders === 1 ? 'in 1 folder' : `in ${count(folders)} folders`);
  if (labels > 0) parts.push('with true classes');
  return `${parts.join(' ')}.`.replace(/^1 files of images/, '1 file of images');
}
