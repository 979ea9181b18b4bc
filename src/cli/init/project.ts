import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../bundle/bundle.ts';
import type { ModelFile } from '../../format/model-file.ts';
import { type InputValues, valuesOfPixels } from '../../runtime/node.ts';
import { builtModule } from '../engines.ts';
import type { LoadedModel } from '../inputs/load-model.ts';
import { packageVersion } from '../version.ts';

/** Where a project runs. */
export const places = ['page', 'worker', 'wasmtime'] as const;
export type ProjectPlace = (typeof places)[number];

/** Beside dist/ and src/ alike. */
const templates = fileURLToPath(new URL('../../../templates/', import.meta.url));
const scripts = fileURLToPath(new URL('../../../dist/', import.meta.url));

/** The model of a project that is given none: it names handwritten digits of 8×8 grey pixels. */
export const digits = {
  model: join(templates, 'digits.tflite'),
  image: join(templates, 'digit.bin'),
  notes: {
    labels: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
    preprocessing: { mean: [120], std: [120] },
  },
};

/** The files of a project by name. `image` has the pixels of one image, NHWC. */
export async function projectFiles(
  place: ProjectPlace,
  { bytes, file }: Pick<LoadedModel, 'bytes' | 'file'>,
  image: Uint8Array,
): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const folder = join(templates, place);
  for (const name of await readdir(folder)) files.set(name, await readFile(join(folder, name)));
  const add = { page: addToPage, worker: addToWorker, wasmtime: addToWasmtime }[place];
  await add(files, bytes, image, file);
  return files;
}

type Files = Map<string, Uint8Array>;

async function addToPage(files: Files, model: Uint8Array): Promise<void> {
  files.set('model.lbm', model);
  files.set('liteblock.js', await readFile(join(scripts, 'browser.js')));
  files.set('engine.scalar.js', await readFile(join(scripts, 'engine.scalar.js')));
}

async function addToWorker(files: Files, model: Uint8Array, image: Uint8Array): Promise<void> {
  files.set('model.wasm', bundle(model, await builtModule('engine.simd')));
  files.set('image.bin', image);
  const text = new TextDecoder().decode(files.get('package.json'));
  files.set('package.json', new TextEncoder().encode(text.replace('VERSION', `^${packageVersion()}`)));
}

async function addToWasmtime(files: Files, model: Uint8Array, image: Uint8Array, file: ModelFile): Promise<void> {
  files.set('model.wasm', bundle(model, await builtModule('liteblock')));
  const { buffer, byteOffset, byteLength } = inputOf(image, file);
  files.set('input.bin', new Uint8Array(buffer, byteOffset, byteLength));
}

/** Pixels as the model takes them; a real input that does not say what pixels mean gets them from 0 to 255. */
function inputOf(image: Uint8Array, { inputs, metadata }: ModelFile): InputValues {
  const [input] = inputs;
  if (input.dtype === 'f32' && !metadata.preprocessing) return Float32Array.from(image);
  return valuesOfPixels(image, input, metadata.preprocessing);
}
