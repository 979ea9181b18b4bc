// Makes a C program of a model: node examples/microcontroller/build.mjs MODEL [FOLDER]
// MODEL is a .tflite or .lbm. The folder gets the bundle, its C, the program and a line with its sizes.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../dist/bundle/bundle.js';
import { compile, importModel } from '../../dist/compiler/index.js';
import { isModel, readHeader } from '../../dist/format/index.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const [file, folder = 'build/microcontroller'] = process.argv.slice(2);
if (!file) {
  console.error('usage: node examples/microcontroller/build.mjs MODEL [FOLDER]');
  process.exit(2);
}

/** By device and inode: links lead to one file, too. */
function isSameFile(a, b) {
  const [one, other] = [a, b].map((name) => statSync(name, { bigint: true, throwIfNoEntry: false }));
  return one !== undefined && one.dev === other?.dev && one.ino === other.ino;
}

const source = readFileSync(file);
const model = isModel(source) ? source : compile(importModel(source, basename(file))).bytes;
const engine = readFileSync(join(here, '../../build/engine.scalar.wasm'));
const written = ['model.wasm', 'main.c', 'port.c', 'model.c', 'model.h', 'classify'].map((name) => join(folder, name));
const overwritten = [file, join(here, 'main.c'), join(here, 'port.c')].find((input) =>
  written.some((target) => isSameFile(target, input)),
);
if (overwritten) {
  console.error(`error: ${folder}: ${overwritten} lies there and would be overwritten: give another folder`);
  process.exit(2);
}
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'model.wasm'), bundle(model, engine, file));
for (const name of ['main.c', 'port.c']) copyFileSync(join(here, name), join(folder, name));

// A board's memory need not be whole pages: the engine's own 4,096 bytes, the file, the arena.
const { fileBytes, ramBytes } = readHeader(model);
const memoryBytes = 4096 + Math.ceil(fileBytes / 16) * 16 + ramBytes;

const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
run(process.env.WASM2C || 'wasm2c', 'model.wasm', '-n', 'model', '-o', 'model.c');
run(
  process.env.CC || 'gcc',
  ...['-Os', '-ffp-contract=off', '-ffunction-sections', '-fdata-sections', '-Wl,--gc-sections'],
  ...['-DWASM_RT_MEMCHECK_SIGNAL_HANDLER=0', `-DMEMORY_BYTES=${memoryBytes}`],
  ...['-I.', 'main.c', 'port.c', 'model.c', '-lm', '-o', 'classify'],
);
const [text, data, bss] = run(process.env.SIZE || 'size', 'classify')
  .trim()
  .split('\n')[1]
  .trim()
  .split(/\s+/);
console.log(
  `text ${text}, data ${data}, RAM ${bss} bytes (of these ${memoryBytes} linear memory, ${fileBytes} the model)`,
);
