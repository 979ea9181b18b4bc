// npm run demo: compiles a small network for handwritten digits and runs it on 180 images, in Node and under wasmtime.
// Every output must equal the reference byte for byte.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { load } from 'liteblock';
import { compile, importModel } from 'liteblock/compiler';
import { findWasmtime } from './wasmtime.mjs';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const data = (name) => readFileSync(path(`test/data/litenet_digits/${name}`));
const count = (value) => value.toLocaleString('en');

const source = data('litenet_digits_int8.tflite');
const inputs = data('test_inputs_int8_nhwc.bin');
const pictures = data('test_images_u8.bin'); // 0 … 16 a pixel
const labels = data('test_labels_u8.bin');
const reference = data('test_outputs_int8_ref.bin');

const pixels = 64;
const classes = 10;
const images = labels.length;

const perImage = (outputs, image) => new Int8Array(outputs.buffer, outputs.byteOffset + image * classes, classes);

/** The class of the greatest output; of equal ones the first. */
const answer = (outputs, image) => perImage(outputs, image).reduce((best, q, i, all) => (q > all[best] ? i : best), 0);

/** Eight lines, two characters a pixel, since a character is twice as high as wide. */
function picture(image) {
  const shades = ' ░▒▓█';
  const rows = Array.from({ length: 8 }, (_, y) =>
    pictures.subarray(image * pixels + y * 8, image * pixels + y * 8 + 8),
  );
  return rows.map((row) => Array.from(row, (value) => shades[Math.ceil(value / 4)].repeat(2)).join(''));
}

function sideBySide(columns, width) {
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, i) =>
    columns
      .map((lines) => (lines[i] ?? '').padEnd(width))
      .join('')
      .trimEnd(),
  );
}

/** Prints how the outputs of one runtime do; returns whether all equal the reference. */
function judge(runtime, outputs) {
  let equal = 0;
  let right = 0;
  for (let image = 0; image < images; image++) {
    const [from, to] = [image * classes, (image + 1) * classes];
    if (Buffer.compare(outputs.subarray(from, to), reference.subarray(from, to)) === 0) equal++;
    if (answer(outputs, image) === labels[image]) right++;
  }
  const accuracy = `${right} of ${images} right (${((100 * right) / images).toFixed(1)} %)`;
  console.log(`${runtime.padEnd(9)} ${accuracy}, ${equal} of ${images} outputs equal the reference byte for byte`);
  return equal === images && outputs.length === reference.length;
}

function underWasmtime(wasmtime, lbm) {
  const directory = mkdtempSync(join(tmpdir(), 'liteblock-demo-'));
  try {
    writeFileSync(join(directory, 'model.lbm'), lbm);
    writeFileSync(join(directory, 'inputs.bin'), inputs);
    const args = ['run', '--dir', '.', path('build/liteblock.wasm'), 'model.lbm', 'inputs.bin', '--raw'];
    const env = { ...process.env, RUST_BACKTRACE: '0' };
    return execFileSync(wasmtime, args, { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const { bytes } = compile(importModel(source, 'litenet_digits_int8.tflite'));
const model = await load(bytes);
const [outputs] = model.run(new Int8Array(inputs)); // a copy: the input is int8
const node = new Uint8Array(outputs.buffer);

const shown = [0, 1, 2, 3];
const captions = shown.map((image) => {
  const { scale, zeroPoint } = model.outputs[0];
  const best = answer(node, image);
  const score = scale * (perImage(node, image)[best] - zeroPoint);
  return [...picture(image), `answer ${best}, score ${score.toFixed(2)}`];
});
console.log(`\n${sideBySide(captions, 24).join('\n')}\n`);

console.log(`model.lbm ${count(bytes.length)} bytes, from a .tflite of ${count(source.length)}`);
console.log(
  `ramBytes ${count(model.ramBytes)}, modelBytes ${count(model.modelBytes)}, memoryBytes ${count(model.memoryBytes)}\n`,
);

let good = judge('Node', node);
const wasmtime = findWasmtime({ fetch: true, say: () => {} }); // the line below says enough
if (wasmtime) {
  good = judge('wasmtime', underWasmtime(wasmtime, bytes)) && good;
} else {
  console.log(
    'wasmtime  not found and not fetched; to get it: node scripts/wasmtime.mjs, or set WASMTIME to its binary',
  );
  if (process.env.CI) good = false;
}
model.dispose();
process.exitCode = good ? 0 : 1;
