import './policy.ts';
import { isBlock } from '../../../src/analyze/blocks.ts';
import { AccuracyPanel } from './accuracy-panel.ts';
import { showArena } from './arena.ts';
import { Cancelled, Client } from './client.ts';
import { byId, count, cut, make, timeText } from './dom.ts';
import { showFailure } from './failure.ts';
import { showFigures } from './figures.ts';
import { fetchFile, onFiles, readFile } from './files.ts';
import { LayerTable } from './layers.ts';
import { fetchModel, modelAddresses } from './model-address.ts';
import type { FloatView, ModelView, NamedFile, QuantizeReport, View } from './protocol.ts';
import { QuantizePanel } from './quantize-panel.ts';
import { RunPanel } from './run-panel.ts';
import { quiet, Tasks } from './task.ts';

const client = new Client();
const tasks = new Tasks(client);
const status = byId('status');
const layers = new LayerTable(byId<HTMLTableSectionElement>('rows'));

function failed(cause: unknown): void {
  if (cause instanceof Cancelled) return; // whoever cancelled it has said so
  status.textContent = '';
  showFailure(cause);
}

const quantizePanel = new QuantizePanel(client, tasks, quantized, failed);
const runPanel = new RunPanel(client, failed);
const accuracyPanel = new AccuracyPanel(client, tasks, () => runPanel.settings, failed);
let model: ModelView | undefined;
/** What a float model was read from. */
let opened: readonly NamedFile[] = [];
/** A network.json or a .safetensors that waits for the other. */
let halves: readonly NamedFile[] = [];
let download = '';

function showLayers(view: ModelView | FloatView | undefined): void {
  byId('model').hidden = byId('arena').hidden = !view;
  byId('download-place').hidden = byId('time').hidden = view?.kind !== 'model';
  byId('timed').textContent = '';
  byId('layers').classList.remove('timed', 'measured');
  byId('unfold').textContent = 'Unfold blocks';
  byId('unfold').hidden = !view?.inspection.tree.some(isBlock);
  if (!view) return;
  showFigures(view);
  layers.show(view.inspection);
  showArena(view);
}

function showModel(view: ModelView): void {
  model = view;
  showFailure();
  showLayers(view);
  runPanel.show(view);
  accuracyPanel.show(view);
  byId('testing').hidden = !view.input;
  showDownload(view);
}

function quantized(view: ModelView, { layerSnrDb }: QuantizeReport): void {
  layers.measured(layerSnrDb);
  showModel(view);
  byId('layers').classList.add('measured');
  client.remember({ call: 'open', args: [opened] }, resumeOf(view));
}

const resumeOf = ({ fileName: name, bytes }: ModelView) => ({ call: 'resume', args: [{ name, bytes }] }) as const;

function showDownload({ bytes, fileName }: ModelView): void {
  URL.revokeObjectURL(download);
  download = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const attributes = { id: 'download', class: 'button primary', href: download, download: fileName };
  byId('download-place').replaceChildren(make('a', attributes, 'Download ', cut(fileName)));
}

/** Nothing of the last model stays on the page. */
function reset(): void {
  model = undefined;
  client.remember();
  layers.measured([]);
  showFailure();
  showLayers(undefined);
  quantizePanel.show(undefined);
  runPanel.show(undefined);
  accuracyPanel.show(undefined);
  byId('testing').hidden = true;
  runPanel.preset(255);
}

function show(view: View): void {
  if (view.kind === 'waiting') {
    status.textContent = `${view.text}.`;
    return;
  }
  if (view.kind === 'model') showModel(view);
  else {
    showLayers(view);
    quantizePanel.show(view);
  }
  const what = view.kind === 'float' ? 'to be quantised' : view.compiled ? 'compiled' : 'read';
  const { name, nodes } = view.inspection;
  status.textContent = `${name}: ${what}, ${count(nodes.length)} layers.`;
}

function say(text: string): void {
  status.textContent = text;
}

/** Opens what `get` gives as a model. Whatever is running is ended. */
async function open(get: (signal: AbortSignal) => Promise<readonly NamedFile[]>): Promise<boolean> {
  tasks.stop(quiet);
  reset();
  say('Reading …');
  const view = await tasks.run({ cancel: 'open-cancel', say }, async (signal) => {
    const files = await get(signal);
    const read = await client.call('open', [files]);
    const isWhole = files.some(({ name }) => /\.(tflite|pt2|onnx)$/.test(name));
    opened = isWhole ? files : [...files, ...halves];
    return read;
  });
  halves = view?.kind === 'waiting' ? opened : [];
  if (!view) return false;
  client.remember(view.kind === 'model' ? resumeOf(view) : { call: 'open', args: [opened] });
  show(view);
  return true;
}

const openFiles = (files: readonly File[]): Promise<boolean> => open(() => Promise.all(files.map(readFile)));

onFiles(byId('drop'), byId('files'), (files) => void openFiles(files).catch(failed));
// A file that misses the field must not be opened by the browser instead of the page.
for (const event of ['dragover', 'drop']) window.addEventListener(event, (each) => each.preventDefault());

for (const [id, file] of [
  ['example-mnist', 'litenet_mnist_int8.tflite'],
  ['example-int8', 'litenet_digits_int8.tflite'],
] as const) {
  byId(id).addEventListener('click', () => {
    open(async () => [await fetchFile(file)]).catch(failed);
  });
}

byId('example-float').addEventListener('click', () => {
  const names = ['litenet-digits.json', 'litenet_digits.safetensors', 'calib_images_u8.bin'];
  const fetching = Promise.all(names.map(fetchFile));
  open(async () => (await fetching).slice(0, 2))
    .then(async (isOpen) => {
      if (!isOpen) return;
      quantizePanel.preset((await fetching)[2] as NamedFile, 8, 8);
      runPanel.preset(16); // these digits have pixels from 0 to 16
    })
    .catch(failed);
});

/** Opens the models that the page's own address names. */
async function openAddresses(): Promise<void> {
  const addresses = modelAddresses(location.href);
  if (addresses.length === 0) return;
  await open(async (signal) => {
    const files: NamedFile[] = [];
    for (const address of addresses) {
      let said = -1;
      const file = await fetchModel(address, signal, (loaded, total) => {
        const tenth = total ? Math.floor((10 * loaded) / total) : 0; // not every piece: it is read aloud
        if (tenth !== said) say(`Fetching ${address.href}${tenth > 0 ? `: ${10 * tenth} %` : ''} …`);
        said = tenth;
      });
      files.push(file);
    }
    return files;
  });
}

openAddresses().catch(failed);

byId('unfold').addEventListener('click', () => {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('.unfold')];
  const folded = buttons.filter((button) => button.getAttribute('aria-expanded') === 'false');
  for (const button of folded.length > 0 ? folded : buttons) button.click();
  byId('unfold').textContent = folded.length > 0 ? 'Fold blocks' : 'Unfold blocks';
});

const sayTimed = (text: string): void => {
  byId('timed').textContent = text;
};

byId('time').addEventListener('click', () => {
  const timed = model;
  const start = byId<HTMLButtonElement>('time');
  showFailure();
  const work = tasks.run({ start, cancel: 'time-cancel', say: sayTimed }, () => {
    sayTimed('Timing …'); // after what was running has said that it was cancelled
    return client.call('profile', []);
  });
  work
    .then((profile) => {
      if (!profile || timed !== model || !model) return;
      layers.show(model.inspection, profile);
      byId('layers').classList.add('timed');
      const { medianMs, runs } = profile;
      sayTimed(`${timeText(medianMs)} ms an image, the median of ${count(runs)} runs; layers are timed step by step.`);
    })
    .catch((cause) => {
      sayTimed('');
      failed(cause);
    });
});
