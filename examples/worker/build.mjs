// Puts a model where the Worker imports it: node examples/worker/build.mjs [MODEL [FOLDER]]
// MODEL is a .lbm or an int8 .tflite; without one, the digits network of test/data. FOLDER is this one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../dist/bundle/bundle.js';
import { compile, importModel } from '../../dist/compiler/index.js';
import { isModel } from '../../dist/format/index.js';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const digits = '../../test/data/litenet_digits/litenet_digits_int8.tflite';

/** Its pixels are 0 … 16 in the data set, and 0 … 240 here, 15 times as bright: x / 120 − 1 is the x / 8 − 1 it was trained on. */
const digitNotes = { labels: [...'0123456789'], preprocessing: { mean: [120], std: [120] } };

const [file = path(digits), folder = path('.')] = process.argv.slice(2);
const source = readFileSync(file);
const notes = file === path(digits) ? digitNotes : {};
const model = isModel(source) ? source : compile(importModel(source, basename(file)), notes).bytes;
const bundled = bundle(model, readFileSync(path('../../build/engine.simd.wasm')), file);

for (const name of ['models', 'assets']) mkdirSync(join(folder, name), { recursive: true });
writeFileSync(join(folder, 'models/model.wasm'), bundled);
writeFileSync(join(folder, 'models/model.bin'), model);
writeFileSync(join(folder, 'assets/model.lbm'), model);
console.log(`model.lbm ${model.length} bytes, as a bundle ${bundled.length}`);
