import { isTextFile } from './class-names.ts';
import { ClassNamesField } from './class-names-field.ts';
import type { Client } from './client.ts';
import { byId, count, make, numbersOf } from './dom.ts';
import { showFailure } from './failure.ts';
import { FileList } from './file-list.ts';
import { decode, isPicture, onFiles, pathOf, readFile } from './files.ts';
import { pixelsOf } from './pixels.ts';
import type {
  FloatView,
  ImageInput,
  Images,
  ModelView,
  NamedFile,
  QuantizeReport,
  QuantizeRequest,
} from './protocol.ts';
import type { Tasks } from './task.ts';

/** Images that calibrate, and the name of the file that they are from. */
interface Calibration {
  readonly name: string;
  readonly images: Images | NamedFile;
}

/** The form that makes an int8 model of a float one. */
export class QuantizePanel {
  readonly #client: Client;
  readonly #tasks: Tasks;
  readonly #done: (view: ModelView, report: QuantizeReport) => void;
  readonly #list: FileList<Calibration>;
  readonly #names: ClassNamesField;
  readonly #submit = byId<HTMLButtonElement>('quantize');
  #view: FloatView | undefined;

  constructor(
    client: Client,
    tasks: Tasks,
    done: (view: ModelView, report: QuantizeReport) => void,
    failed: (cause: unknown) => void,
  ) {
    this.#client = client;
    this.#tasks = tasks;
    this.#done = done;
    this.#list = new FileList('images', describe);
    this.#names = new ClassNamesField('labels', () => showFailure(), failed);
    onFiles(byId('images-drop'), byId('images'), (files) => void this.#add(files).catch(failed));
    byId('quantize-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#quantize().catch(failed);
    });
  }

  show(view: FloatView | undefined): void {
    byId('quantizing').hidden = !view;
    byId('report').hidden = true;
    this.#list.set([]);
    this.#names.names = [];
    this.#view = view;
    for (const id of ['mean', 'std']) byId<HTMLInputElement>(id).value = '';
    if (!view) return;
    const { height, width, channels } = view.input;
    byId('quantize-what').textContent =
      `${view.inspection.name} is a float network; layers and figures are those of the int8 model that it becomes. Images of ${height}×${width}×${channels} that it may meet tell how its values are spread.${view.note ? ` ${view.note}.` : ''}`;
  }

  /** What an example brings along. */
  preset(images: NamedFile, mean: number, std: number): void {
    this.#list.set([...this.#list.items, { name: images.name, images }]);
    byId<HTMLInputElement>('mean').value = `${mean}`;
    byId<HTMLInputElement>('std').value = `${std}`;
  }

  async #add(files: readonly File[]): Promise<void> {
    const view = this.#view;
    if (!view) return;
    const texts = files.filter(({ name }) => isTextFile(name));
    if (texts.length > 0) await this.#names.take(texts);
    const images = files.filter((file) => !texts.includes(file));
    if (images.length === 0) return;
    byId('images-count').textContent = `Reading ${count(images.length)} …`;
    const added: Calibration[] = [];
    try {
      for (const file of images) added.push({ name: pathOf(file), images: await imagesOf(file, view.input) });
    } finally {
      // What was read before a file that cannot be is kept.
      if (this.#view === view) this.#list.set([...this.#list.items, ...added]);
    }
  }

  #request(): QuantizeRequest {
    const images = this.#list.items.map((each) => each.images);
    if (images.length === 0) throw new Error('there are no calibration images: drop some, or choose them');
    const labels = this.#names.names;
    const mean = numbersOf(byId('mean'), 'mean');
    const std = numbersOf(byId('std'), 'std');
    return {
      images,
      preprocessing: mean || std ? { mean: mean ?? [0], std: std ?? [1] } : undefined,
      labels,
      method: byId<HTMLSelectElement>('method').value as QuantizeRequest['method'],
    };
  }

  async #quantize(): Promise<void> {
    const progress = byId<HTMLProgressElement>('progress');
    const status = byId('status');
    showFailure();
    const request = this.#request();
    const say = (text: string): void => {
      status.textContent = text;
    };
    progress.hidden = false;
    try {
      let said = '';
      const quantize = () =>
        this.#client.call('quantize', [request], (what, done, total) => {
          progress.value = done / total;
          if (what !== said) say(`Quantising: ${what} …`); // not for every image: it is read aloud
          said = what;
        });
      const done = await this.#tasks.run({ start: this.#submit, cancel: 'quantize-cancel', say }, quantize);
      if (!done) return;
      say(`Quantised with ${count(done.report.images)} images.`);
      this.#done(done.view, done.report);
      showReport(done.report);
    } finally {
      progress.hidden = true;
      progress.value = 0;
    }
  }
}

const imagesOf = (file: File, input: ImageInput): Promise<Images | NamedFile> =>
  isPicture(file)
    ? decode(file, (bitmap) => ({
        source: file.name,
        pixels: pixelsOf(bitmap, input, { white: 255, invert: false }),
      }))
    : readFile(file);

function describe(items: readonly Calibration[]): string {
  if (items.length === 0) return 'No images yet.';
  const pictures = items.filter(({ images }) => 'pixels' in images).length;
  const others = items.length - pictures;
  const few = (n: number, what: string): string[] => (n === 0 ? [] : [`${count(n)} ${what}${n === 1 ? '' : 's'}`]);
  return `Images: ${[...few(pictures, 'picture'), ...few(others, 'file')].join(', ')}.`;
}

function showReport({ agreement, outputs, warnings }: QuantizeReport): void {
  byId('report').hidden = false;
  const noise = outputs.map(({ name, snrDb }) => {
    const text = Number.isFinite(snrDb) ? `${snrDb.toFixed(1)} dB signal to noise` : 'no noise';
    return outputs.length > 1 ? `output ${name}: ${text}` : `output: ${text}`;
  });
  const warned = warnings.length === 0 ? ' No warnings.' : '';
  byId('report-text').textContent =
    `${[...agreement.map(([name, text]) => `${name}: ${text}`), ...noise].join('; ')}.${warned}`;
  byId('warnings').replaceChildren(...warnings.map(({ place, text }) => make('li', {}, `Warning: ${place}: ${text}`)));
}
