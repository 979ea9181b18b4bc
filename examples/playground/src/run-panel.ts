import type { DetectedObject } from '../../../src/detect/detections.ts';
import type { RunSettings } from './accuracy-panel.ts';
import { Camera } from './camera.ts';
import { checkClassNames } from './class-names.ts';
import { areClassNames, ClassNamesField } from './class-names-field.ts';
import type { Client } from './client.ts';
import { byId, count, cut, make, numbersOf, timeText } from './dom.ts';
import { Drawing } from './drawing.ts';
import { showFailure } from './failure.ts';
import { bitmapOf, isPicture, onFiles, readFile } from './files.ts';
import { outline, type Picture, pixelsOf, pixelsOfLevels, type Range, showPixels } from './pixels.ts';
import type { ImageInput, Images, ModelView, NamedFile, RunResult } from './protocol.ts';

type SourceName = 'draw' | 'file' | 'camera';

/** Drawings are for small inputs of one channel. */
const drawable = ({ channels, width, height }: ImageInput): boolean => channels === 1 && width <= 64 && height <= 64;

/** One probability is that of class 1; that of class 0 is what is left. */
function bothSides(scores: Float32Array): Float32Array {
  const [share = -1, ...others] = scores;
  return others.length === 0 && share >= 0 && share <= 1 ? Float32Array.of(1 - share, share) : scores;
}

/** A bar for a share from 0 to 1. */
function meterOf(share: number, label: string): HTMLElement {
  const bar = make('span');
  bar.style.width = `${100 * share}%`;
  const range = { 'aria-valuemin': 0, 'aria-valuemax': 1, 'aria-valuenow': share.toFixed(3) };
  return make('span', { class: 'meter', role: 'meter', 'aria-label': label, ...range }, bar);
}

/** What the page says of the values of pixels. */
const range = (): Range => ({
  white: Number(byId<HTMLInputElement>('white').value) || 255,
  invert: byId<HTMLInputElement>('invert').checked,
});

/** Runs the model on a drawing, a file or what a camera sees. */
export class RunPanel {
  readonly #client: Client;
  readonly #failed: (cause: unknown) => void;
  readonly #drawing: Drawing;
  readonly #camera: Camera;
  #view: ModelView | undefined;
  #picture: ImageBitmap | NamedFile | undefined;
  #source: SourceName = 'file';
  #answer = '';
  #runs = 0;
  readonly #field: ClassNamesField;
  #names: readonly string[] = [];
  #last: RunResult | undefined;

  constructor(client: Client, failed: (cause: unknown) => void) {
    this.#client = client;
    this.#failed = failed;
    this.#drawing = new Drawing(byId('drawing'), () => this.#again());
    this.#camera = new Camera(
      byId('video'),
      () => this.#runPicture(this.#camera.video),
      (cause) => {
        this.#stopCamera();
        failed(cause);
      },
    );
    for (const radio of this.#radios()) {
      radio.addEventListener('change', () => this.#choose(radio.value as SourceName));
    }
    byId('clear').addEventListener('click', () => this.#clear());
    byId('camera').addEventListener('click', () => void this.#toggleCamera().catch(failed));
    this.#field = new ClassNamesField('names', () => this.#rename(), failed);
    onFiles(byId('running'), byId('picture'), (files) => {
      const work = areClassNames(files) ? this.#field.take(files) : this.#open(files);
      work.catch(failed);
    });
    for (const id of ['run-mean', 'run-std', 'white', 'invert', 'which', 'fit']) {
      byId(id).addEventListener('change', () => this.#again());
    }
  }

  show(view: ModelView | undefined): void {
    this.#stopCamera();
    this.#view = view;
    this.#picture = undefined;
    const input = view?.input;
    byId('running').hidden = !input;
    if (!view || !input) return;
    const { preprocessing, labels } = view;
    this.#field.names = this.#names = labels;
    byId<HTMLInputElement>('run-mean').value = preprocessing?.mean.join(', ') ?? '';
    byId<HTMLInputElement>('run-std').value = preprocessing?.std.join(', ') ?? '';
    byId('which-label').hidden = true;
    byId('picture-name').textContent = '';
    const [draw] = this.#radios();
    if (draw?.parentElement) draw.parentElement.hidden = !drawable(input);
    byId<HTMLCanvasElement>('seen').width = input.width;
    byId<HTMLCanvasElement>('seen').height = input.height;
    this.#clear();
    this.#choose(drawable(input) ? 'draw' : 'file');
  }

  /** The value of a white pixel in pictures and drawings. */
  preset(white: number): void {
    byId<HTMLInputElement>('white').value = `${white}`;
  }

  #radios(): HTMLInputElement[] {
    return [...byId('sources').querySelectorAll('input')];
  }

  #choose(source: SourceName): void {
    this.#stopCamera();
    this.#source = source;
    for (const radio of this.#radios()) radio.checked = radio.value === source;
    for (const panel of document.querySelectorAll<HTMLElement>('.source')) {
      panel.hidden = panel.dataset.source !== source;
    }
    this.#again();
  }

  #clear(): void {
    if (this.#view?.input) this.#drawing.clear(this.#view.input);
    byId('classes').replaceChildren();
    this.#last = undefined;
    this.#say('Nothing has been run yet.');
    const seen = byId<HTMLCanvasElement>('seen');
    seen.getContext('2d')?.clearRect(0, 0, seen.width, seen.height);
  }

  /** What the next run uses. Throws an error in words. */
  get settings(): RunSettings {
    const mean = numbersOf(byId('run-mean'), 'mean');
    const std = numbersOf(byId('run-std'), 'std');
    const preprocessing = mean || std ? { mean: mean ?? [0], std: std ?? [1] } : undefined;
    return { range: range(), preprocessing, names: this.#names };
  }

  /** Takes the names in the field: those of the model where there are none. */
  #rename(): void {
    const { names } = this.#field;
    showFailure();
    checkClassNames(names, this.#view?.classes || names.length);
    this.#names = names.length > 0 ? names : (this.#view?.labels ?? []);
    if (this.#last) this.#show(this.#last);
  }

  async #open([file, ...others]: readonly File[]): Promise<void> {
    if (!file) return;
    if (others.length > 0) throw new Error(`${others.length + 1} files: give one image here, or drop all on Accuracy`);
    this.#picture = isPicture(file) ? await bitmapOf(file) : await readFile(file);
    byId('which-label').hidden = isPicture(file);
    byId('picture-name').replaceChildren(cut(file.name));
    this.#choose('file');
  }

  /** Runs the image that is there once more. */
  #again(): void {
    if (this.#camera.running) return; // its next frame will
    showFailure();
    const work = async (): Promise<void> => {
      if (this.#source === 'draw' && !this.#drawing.isEmpty) await this.#runDrawing();
      if (this.#source !== 'file' || !this.#picture) return;
      if (this.#picture instanceof ImageBitmap) await this.#runPicture(this.#picture);
      else await this.#runFile(this.#picture);
    };
    this.#busy(1);
    work()
      .catch(this.#failed)
      .finally(() => this.#busy(-1));
  }

  /** Tells who listens to the page that another answer is on its way. */
  #busy(more: number): void {
    this.#runs += more;
    byId('outcome').setAttribute('aria-busy', `${this.#runs > 0}`);
  }

  async #runPicture(picture: Picture): Promise<void> {
    const input = this.#view?.input;
    if (input) await this.#runPixels('picture', pixelsOf(picture, input, range()), input);
  }

  async #runDrawing(): Promise<void> {
    const input = this.#view?.input;
    const levels = this.#drawing.levels(byId<HTMLInputElement>('fit').checked);
    if (input) await this.#runPixels('drawing', pixelsOfLevels(levels, range()), input);
  }

  async #runPixels(source: string, pixels: Uint8Array, input: ImageInput): Promise<void> {
    showPixels(byId('seen'), pixels, input, range().white);
    await this.#run({ source, pixels });
  }

  async #runFile(file: NamedFile): Promise<void> {
    const input = this.#view?.input;
    if (!input) return;
    const which = byId<HTMLInputElement>('which');
    const { pixels, count: images } = await this.#client.call('image', [file, Number(which.value) || 0]);
    which.max = `${images - 1}`;
    if (pixels instanceof Uint8Array) {
      const white = pixels.reduce((most, pixel) => Math.max(most, pixel), 1);
      showPixels(byId('seen'), pixels, input, white);
    }
    await this.#run({ source: file.name, pixels });
  }

  async #run(image: Images): Promise<void> {
    const { preprocessing } = this.settings;
    this.#show(await this.#client.call('run', [image, preprocessing]));
  }

  #show(result: RunResult): void {
    this.#last = result;
    const { milliseconds, objects } = result;
    if (objects) {
      this.#showObjects(objects, milliseconds);
      return;
    }
    const scores = bothSides(result.scores);
    const name = (i: number): string => this.#names[i] || `class ${i}`;
    const order = Array.from(scores, (_, i) => i).sort(
      (a, b) => (scores[b] as number) - (scores[a] as number) || a - b,
    );
    const best = order.slice(0, 5);
    const [least, most] = [Math.min(...scores), Math.max(...scores)];
    byId('classes').replaceChildren(
      ...best.map((i) => {
        const value = scores[i] as number;
        const share = most > least ? (value - least) / (most - least) : 1;
        const meter = meterOf(share, `score of ${name(i)}`);
        return make(
          'li',
          {},
          cut(name(i)),
          meter,
          make('span', { class: 'number' }, `${Number(value.toPrecision(3))}`),
        );
      }),
    );
    this.#say(`${name(order[0] as number)}${this.#timeOf(milliseconds)}, of ${count(scores.length)} scores`);
  }

  /** A clock whose steps are longer than the run does not move. */
  #timeOf(milliseconds: number): string {
    return this.#camera.running || milliseconds === 0 ? '' : `, in ${timeText(milliseconds)} ms`;
  }

  /** What a detection head found: a line and a box for each object. */
  #showObjects(objects: readonly DetectedObject[], milliseconds: number): void {
    const name = ({ index, label }: DetectedObject): string => label || this.#names[index] || `class ${index}`;
    const shown = objects.slice(0, 20);
    byId('classes').replaceChildren(
      ...shown.map((object) => {
        const { top, left, bottom, right } = object.box;
        const place = [top, left, bottom, right].map((side) => side.toFixed(2)).join(', ');
        const meter = meterOf(Math.min(Math.max(object.score, 0), 1), `score of ${name(object)}`);
        const values = make('span', { class: 'number' }, `${Number(object.score.toPrecision(3))} at ${place}`);
        return make('li', {}, cut(name(object)), meter, values);
      }),
    );
    outline(
      byId('seen'),
      shown.map(({ box }) => box),
    );
    const found = objects.length === 1 ? '1 object' : `${count(objects.length)} objects`;
    this.#say(`${objects[0] ? `${name(objects[0])}, ` : ''}${found}${this.#timeOf(milliseconds)}`);
  }

  /** Only where it is something new: it is read aloud. */
  #say(text: string): void {
    if (text === this.#answer) return;
    this.#answer = text;
    byId('answer').textContent = text;
  }

  async #toggleCamera(): Promise<void> {
    if (this.#camera.running) {
      this.#stopCamera();
      return;
    }
    await this.#camera.start();
    byId('camera').textContent = 'Stop camera';
  }

  #stopCamera(): void {
    this.#camera.stop();
    byId('camera').textContent = 'Start camera';
  }
}
