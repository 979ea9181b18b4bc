// Puts a model where the Worker imports it: node build.mjs [MODEL [FOLDER]]
// MODEL is a .lbm or an int8 .tflite; without one, in LiteBlock's repository, the digits network. FOLDER is this one.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from 'liteblock/bundle';
import { compile, importModel } from 'liteblock/compiler';
import { isModel } from 'liteblock/format';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const digits = '../../test/data/litenet_digits/litenet_digits_int8.tflite';

/** Its pixels are 0 … 16 in the data set, and 0 … 240 here, 15 times as bright: x / 120 − 1 is the x / 8 − 1 it was trained on. */
const digitNotes = { labels: [...'0123456789'], preprocessing: { mean: [120], std: [120] } };

/** By device and inode: links lead to one file, too. */
function isSameFile(a, b) {
  const [one, other] = [a, b].map((name) => statSync(name, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino;
}

const [file = path(digits), folder = path('.')] = process.argv.slice(2);
if (!existsSync(file)) {
  const what = process.argv.length > 2 ? 'there is no such file' : 'the digits network is in the repository alone';
  console.error(`${file}: ${what}; give a model: node build.mjs model.lbm`);
  process.exit(2);
}
const source = readFileSync(file);
const engine = readFileSync(new URL(import.meta.resolve('liteblock/engine.simd.wasm')));
const notes = file === path(digits) ? digitNotes : {};
const model = isModel(source) ? source : compile(importModel(source, basename(file)), notes).bytes;
const bundled = bundle(model, engine, file);

const targets = ['models/model.wasm', 'models/model.bin', 'assets/model.lbm'].map((name) => join(folder, name));
const overwritten = targets.find((target) => isSameFile(target, file));
if (overwritten) {
  console.error(`error: ${file}: the model lies where it is to be written, ${overwritten}: move it elsewhere first`);
  process.exit(2);
}
for (const name of ['models', 'assets']) mkdirSync(join(folder, name), { recursive: true });
for (const [i, bytes] of [bundled, model, model].entries()) writeFileSync(targets[i], bytes);
console.log(`model.lbm ${model.length} bytes, as a bundle ${bundled.length}`);
