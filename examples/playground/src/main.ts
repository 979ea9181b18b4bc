import { isBlock } from '../../../src/analyze/blocks.ts';
import { showArena } from './arena.ts';
import { Client } from './client.ts';
import { byId, count, make, timeText } from './dom.ts';
import { showFailure } from './failure.ts';
import { showFigures } from './figures.ts';
import { fetchFile, onFiles, readFile } from './files.ts';
import { LayerTable } from './layers.ts';
import type { FloatView, ModelView, NamedFile, View } from './protocol.ts';
import { QuantizePanel } from './quantize-panel.ts';
import { RunPanel } from './run-panel.ts';

const client = new Client();
const status = byId('status');
const layers = new LayerTable(byId<HTMLTableSectionElement>('rows'));

function failed(cause: unknown): void {
  status.textContent = '';
  showFailure(cause);
}

const quantizePanel = new QuantizePanel(client, showModel, failed);
const runPanel = new RunPanel(client, failed);
let model: ModelView | undefined;
let download = '';

function showLayers(view: ModelView | FloatView | undefined): void {
  byId('model').hidden = byId('arena').hidden = !view;
  byId('download-place').hidden = byId('time').hidden = view?.kind !== 'model';
  byId('timed').textContent = '';
  byId('layers').classList.remove('timed');
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
  showDownload(view);
}

function showDownload({ bytes, fileName }: ModelView): void {
  URL.revokeObjectURL(download);
  download = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const attributes = { id: 'download', class: 'button primary', href: download, download: fileName };
  byId('download-place').replaceChildren(make('a', attributes, `Download ${fileName}`));
}

/** Nothing of the last model stays on the page. */
function reset(): void {
  model = undefined;
  showFailure();
  showLayers(undefined);
  quantizePanel.show(undefined);
  runPanel.show(undefined);
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

async function open(files: readonly NamedFile[]): Promise<void> {
  reset();
  status.textContent = 'Reading …';
  show(await client.call('open', [files]));
}

const openFiles = async (files: readonly File[]): Promise<void> => open(await Promise.all(files.map(readFile)));

onFiles(byId('drop'), byId('files'), (files) => void openFiles(files).catch(failed));
// A file that misses the field must not be opened by the browser instead of the page.
for (const event of ['dragover', 'drop']) window.addEventListener(event, (each) => each.preventDefault());

for (const [id, file] of [
  ['example-mnist', 'litenet_mnist_int8.tflite'],
  ['example-int8', 'litenet_digits_int8.tflite'],
] as const) {
  byId(id).addEventListener('click', () => {
    fetchFile(file)
      .then((fetched) => open([fetched]))
      .catch(failed);
  });
}

byId('example-float').addEventListener('click', () => {
  const names = ['litenet-digits.json', 'litenet_digits.safetensors', 'calib_images_u8.bin'];
  Promise.all(names.map(fetchFile))
    .then(async ([json, weights, images]) => {
      await open([json as NamedFile, weights as NamedFile]);
      quantizePanel.preset(images as NamedFile, 8, 8);
      runPanel.preset(16); // these digits have pixels from 0 to 16
    })
    .catch(failed);
});

byId('unfold').addEventListener('click', () => {
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('.unfold')];
  const folded = buttons.filter((button) => button.getAttribute('aria-expanded') === 'false');
  for (const button of folded.length > 0 ? folded : buttons) button.click();
  byId('unfold').textContent = folded.length > 0 ? 'Fold blocks' : 'Unfold blocks';
});

byId('time').addEventListener('click', () => {
  const button = byId<HTMLButtonElement>('time');
  const timed = model;
  button.disabled = true;
  byId('timed').textContent = 'Timing …';
  client
    .call('profile', [])
    .then((profile) => {
      if (timed !== model || !model) return;
      layers.show(model.inspection, profile);
      byId('layers').classList.add('timed');
      const { medianMs, runs } = profile;
      byId('timed').textContent =
        `${timeText(medianMs)} ms an image, the median of ${count(runs)} runs; layers are timed step by step.`;
    })
    .catch(failed)
    .finally(() => {
      button.disabled = false;
    });
});
