import type { Client } from './client.ts';
import { byId, count, make, numbersOf } from './dom.ts';
import { showFailure } from './failure.ts';
import { isPicture, onFiles, readFile } from './files.ts';
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

/** The form that makes an int8 model of a float one. */
export class QuantizePanel {
  readonly #client: Client;
  readonly #done: (view: ModelView) => void;
  #images: (Images | NamedFile)[] = [];
  #input: ImageInput | undefined;

  constructor(client: Client, done: (view: ModelView) => void, failed: (cause: unknown) => void) {
    this.#client = client;
    this.#done = done;
    onFiles(byId('images-drop'), byId('images'), (files) => this.#add(files).catch(failed));
    byId('quantize-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#quantize().catch(failed);
    });
  }

  show(view: FloatView | undefined): void {
    byId('quantizing').hidden = !view;
    byId('report').hidden = true;
    this.#images = [];
    this.#input = view?.input;
    for (const id of ['mean', 'std', 'labels']) byId<HTMLInputElement>(id).value = '';
    byId('images-count').textContent = 'No images yet.';
    if (!view) return;
    const { height, width, channels } = view.input;
    byId('quantize-what').textContent =
      `${view.inspection.name} is a float network; layers and figures are those of the int8 model that it becomes. Images of ${height}×${width}×${channels} that it may meet tell how its values are spread.${view.note ? ` ${view.note}.` : ''}`;
  }

  /** What an example brings along. */
  preset(images: NamedFile, mean: number, std: number): void {
    this.#images.push(images);
    byId<HTMLInputElement>('mean').value = `${mean}`;
    byId<HTMLInputElement>('std').value = `${std}`;
    this.#count();
  }

  async #add(files: readonly File[]): Promise<void> {
    const input = this.#input;
    if (!input) return;
    byId('images-count').textContent = `Reading ${count(files.length)} …`;
    for (const file of files) {
      if (isPicture(file)) {
        const bitmap = await createImageBitmap(file);
        this.#images.push({ source: file.name, pixels: pixelsOf(bitmap, input, { white: 255, invert: false }) });
        bitmap.close();
      } else this.#images.push(await readFile(file));
    }
    this.#count();
  }

  #count(): void {
    const pictures = this.#images.filter((each) => 'pixels' in each).length;
    const files = this.#images.flatMap((each) => ('pixels' in each ? [] : [each.name]));
    const parts = [...(pictures > 0 ? [`${count(pictures)} pictures`] : []), ...files];
    byId('images-count').textContent = `Images: ${parts.join(', ')}.`;
  }

  #request(): QuantizeRequest {
    if (this.#images.length === 0) throw new Error('calibration images are wanted: drop some, or pick them');
    const mean = numbersOf(byId('mean'), 'mean');
    const std = numbersOf(byId('std'), 'std');
    const labels = byId<HTMLInputElement>('labels').value.trim();
    return {
      images: this.#images,
      preprocessing: mean || std ? { mean: mean ?? [0], std: std ?? [1] } : undefined,
      labels: labels === '' ? [] : labels.split(',').map((label) => label.trim()),
      method: byId<HTMLSelectElement>('method').value as QuantizeRequest['method'],
    };
  }

  async #quantize(): Promise<void> {
    const submit = byId('quantize-form').querySelector('button') as HTMLButtonElement;
    const progress = byId<HTMLProgressElement>('progress');
    const status = byId('status');
    showFailure();
    const request = this.#request();
    submit.disabled = true;
    progress.hidden = false;
    try {
      let said = '';
      const { view, report } = await this.#client.call('quantize', [request], (what, done, total) => {
        progress.value = done / total;
        if (what !== said) status.textContent = `Quantising: ${what} …`; // not for every image: it is read aloud
        said = what;
      });
      status.textContent = `Quantised with ${count(report.images)} images.`;
      this.#done(view);
      showReport(report);
    } finally {
      submit.disabled = false;
      progress.hidden = true;
    }
  }
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
