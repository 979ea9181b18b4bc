// npm run bench: times models in Node, one thread: median and minimum of whole runs, and where the time goes by kernel.
// Arguments are .tflite or .lbm files; without any, the repository's digits and what lies in ../shared/data/tflite.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compile, importModel } from 'liteblock/compiler';
import { isModel, readModel } from 'liteblock/format';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const tier = process.env.TIER ?? 'simd';
const seconds = Number(process.env.SECONDS ?? 3);
const engine = new WebAssembly.Module(readFileSync(path(`build/engine.${tier}.wasm`)));

function defaults() {
  const shared = path('../shared/data/tflite');
  const folders = existsSync(shared)
    ? readdirSync(shared, { withFileTypes: true }).filter((at) => at.isDirectory())
    : [];
  const models = folders.map(({ name }) => `${shared}/${name}/${name}.tflite`).filter((file) => existsSync(file));
  return [path('test/data/litenet_digits/litenet_digits_int8.tflite'), ...models];
}

/** A file as the bytes of a .lbm; undefined, with a line, where it cannot be compiled. */
function lbmOf(file) {
  const bytes = readFileSync(file);
  if (isModel(bytes)) return bytes;
  try {
    return compile(importModel(bytes, basename(file))).bytes;
  } catch (error) {
    console.log(`${basename(file)}: not run: ${error.message.split('\n')[0]}`);
    return undefined;
  }
}

function time(fn) {
  const start = performance.now();
  fn();
  return performance.now() - start;
}

function measure(file) {
  const bytes = lbmOf(file);
  if (!bytes) return;
  const model = readModel(bytes);
  const { exports } = new WebAssembly.Instance(engine, {});
  const at = exports.reserve(bytes.length) >>> 0;
  new Uint8Array(exports.memory.buffer).set(bytes, at);
  if (exports.load(at, bytes.length) !== 0) throw new Error(`${file}: the engine refuses it`);
  const best = model.schedule.map(() => Number.POSITIVE_INFINITY);
  const runs = [];
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    model.schedule.forEach((_, i) => {
      best[i] = Math.min(
        best[i],
        time(() => exports.execute(i, i + 1)),
      );
    });
    for (let i = 0; i < 5; i++) runs.push(time(() => exports.run()));
  }
  runs.sort((a, b) => a - b);
  const macs = model.metadata.stages.reduce((sum, stage) => sum + stage.macs, 0);
  const [minimum, median] = [runs[0], runs[runs.length >> 1]];
  const rate = (count, ms) => (count / ms / 1e6).toFixed(1);
  console.log(
    `${basename(file)}  median ${median.toFixed(3)} ms, minimum ${minimum.toFixed(3)} ms, ${rate(macs, minimum)} G MAC/s, ` +
      `ram ${model.ramBytes.toLocaleString('en')} bytes, ${runs.length} runs`,
  );
  const kernels = new Map();
  model.schedule.forEach(({ stage }, i) => {
    const { kernel, macs: own } = model.metadata.stages[stage];
    const sum = kernels.get(kernel) ?? { ms: 0, macs: 0, steps: 0 };
    kernels.set(kernel, { ms: sum.ms + best[i], macs: sum.macs + own, steps: sum.steps + 1 });
  });
  for (const [kernel, { ms, macs: own, steps }] of kernels) {
    console.log(
      `  ${kernel.padEnd(14)} ${ms.toFixed(3)} ms in ${steps} steps${own ? `, ${rate(own, ms)} G MAC/s` : ''}`,
    );
  }
}

console.log(`${cpus()[0]?.model}, Node ${process.version}, ${tier} tier, one thread`);
const files = process.argv.slice(2);
for (const file of files.length > 0 ? files : defaults()) measure(file);
