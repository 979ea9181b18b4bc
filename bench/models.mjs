// npm run bench: `liteblock bench` on several models. Arguments are models; without any, the repository's digits and what
// lies in ../shared/data/tflite. TIER=scalar and RUNS=20 set the options of those names.
import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from '../dist/cli/program.js';

const path = (relative) => fileURLToPath(new URL(`../${relative}`, import.meta.url));
const { TIER = 'simd', RUNS } = process.env;

function defaults() {
  const shared = path('../shared/data/tflite');
  const folders = existsSync(shared)
    ? readdirSync(shared, { withFileTypes: true }).filter((at) => at.isDirectory())
    : [];
  const models = folders.map(({ name }) => `${shared}/${name}/${name}.tflite`).filter((file) => existsSync(file));
  return [path('test/data/litenet_digits/litenet_digits_int8.tflite'), ...models];
}

const { stdout, stderr, argv } = process;
const io = {
  out: (text) => stdout.write(`${text}\n`),
  err: (text) => stderr.write(text),
  columns: stdout.isTTY ? stdout.columns : undefined,
  color: false,
};
const files = argv.slice(2);
for (const file of files.length > 0 ? files : defaults()) {
  await main(['bench', file, '--tier', TIER, ...(RUNS ? ['--runs', RUNS] : [])], io);
}
