/**
 * Imports networks of timm and torchvision as PyTorch exports them, with random weights, and compares their outputs in float32.
 *
 *     npm run build && node scripts/census.mjs [--list census.json] [NAME …]
 *
 * Installs torch, timm and torchvision into .tools/pytorch, by pip, and exports each network into .tools/census (about 1 GB). NAME is
 * `timm:MODEL` or `tv:MODEL`; without any, those of the list (../shared/data/pytorch/census.json). Prints a line a network,
 * and ends with how many were within 1e-3 of the largest value, and which were refused, with every operator named. CENSUS is a folder
 * with networks that were exported already.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { importFile } from 'liteblock/compiler';
import { loadFloatEngine } from 'liteblock/float';

const root = new URL('../', import.meta.url).pathname;
const { values, positionals } = parseArgs({
  options: { list: { type: 'string', default: `${root}../shared/data/pytorch/census.json` } },
  allowPositionals: true,
});
const names =
  positionals.length > 0 ? positionals : Object.keys(JSON.parse(readFileSync(values.list, 'utf8')).networks);
const folder = process.env.CENSUS ?? `${root}.tools/census`;
const tolerance = 1e-3;

function exportAll() {
  const venv = `${root}.tools/pytorch`;
  const python = `${venv}/bin/python`;
  if (!existsSync(python)) execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  execFileSync(python, ['-m', 'pip', 'install', '--quiet', 'torch', 'timm', 'torchvision', 'numpy'], {
    stdio: 'inherit',
  });
  mkdirSync(folder, { recursive: true });
  execFileSync(python, [`${root}scripts/census/export.py`, folder, ...names], { stdio: 'inherit' });
}

const reals = (path) => new Float32Array(new Uint8Array(readFileSync(path)).buffer);

/** [c, h, w] as [h, w, c]. */
function channelsLast(data, channels) {
  const pixels = data.length / channels;
  return Float32Array.from(data, (_, i) => data[(i % channels) * pixels + Math.floor(i / channels)]);
}

async function check(name, evaluate) {
  const path = `${folder}/${name.replace(':', '_')}`;
  const graph = await importFile(new Uint8Array(readFileSync(`${path}/model.pt2`)), name);
  const [y] = evaluate(graph)([channelsLast(reals(`${path}/input.f32`), 3)]);
  const given = reals(`${path}/output.f32`);
  const { shape } = graph.tensors[graph.outputs[0]];
  const theirs = shape[1] * shape[2] > 1 ? channelsLast(given, shape[3]) : given;
  const largest = theirs.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const error = theirs.reduce((worst, value, i) => Math.max(worst, Math.abs(value - y[i])), 0) / largest;
  return { error, constant: theirs.every((value) => value === theirs[0]), nodes: graph.nodes.length };
}

if (!process.env.CENSUS) exportAll();
const evaluate = await loadFloatEngine(new WebAssembly.Module(readFileSync(`${root}build/engine.float.wasm`)));
const counts = { within: 0, refused: 0, wrong: 0 };
for (const name of names) {
  const start = performance.now();
  try {
    const { error, constant, nodes } = await check(name, evaluate);
    const within = error < tolerance && !constant;
    counts[within ? 'within' : 'wrong']++;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(
      `${name.padEnd(36)} ${within ? 'within' : 'WRONG '} ${error.toExponential(1)}  ${nodes} nodes  ${seconds} s`,
    );
  } catch (error) {
    if (error.code !== 'unsupported') throw error;
    counts.refused++;
    const all = error.problems.map(({ node, op, name: path }) => `${op} (node ${node}, ${path})`);
    const operators = [...new Set(error.problems.map(({ op }) => op))];
    console.log(
      `${name.padEnd(36)} refused: ${operators.join(', ')}, in ${all.length} nodes: ${all.slice(0, 3).join(', ')} …`,
    );
    if (process.env.VERBOSE) console.log(error.message);
  }
}
console.log(
  `${counts.within} within ${tolerance} of PyTorch's largest value, ${counts.refused} refused, ${counts.wrong} wrong`,
);
process.exitCode = counts.wrong > 0 ? 1 : 0;
