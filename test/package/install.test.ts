import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pack } from '../support/packed.ts';
import { classOf, digits, enlarged, greyJpeg, greyPng } from '../support/pictures.ts';
import { temporaryFolder } from '../support/runtimes.ts';

const data = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);
const expected = new Uint8Array(data('test_outputs_int8_ref.bin'));

const folder = temporaryFolder();
const inFolder = (name: string): string => join(folder.path, name);
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder.path, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const liteblock = (...args: string[]): string => run(inFolder('node_modules/.bin/liteblock'), ...args);

beforeAll(() => {
  folder.write('package.json', Buffer.from('{ "type": "module", "private": true }'));
  run('npm', 'install', pack(folder.path), '--prefer-offline', '--no-audit', '--no-fund');
  folder.write('digits.tflite', data('litenet_digits_int8.tflite'));
  folder.write('inputs.bin', data('test_inputs_int8_nhwc.bin'));
}, 120_000);

afterAll(() => folder.remove());

it('compiles and runs from the command line', () => {
  liteblock('compile', 'digits.tflite', '-o', 'digits.lbm');
  liteblock('run', 'digits.lbm', 'inputs.bin', '-o', 'outputs.bin');
  expect(new Uint8Array(readFileSync(inFolder('outputs.bin')))).toEqual(expected);
});

it('reads pictures, with the decoders that come with it', async () => {
  const pixels = enlarged(digits.pixels(0), 8, 4);
  folder.write('a.png', Buffer.from(greyPng(pixels, 32, 32)));
  folder.write('b.jpg', Buffer.from(await greyJpeg(pixels, 32, 32)));
  liteblock('compile', 'digits.tflite', '-o', 'pictures.lbm', '--mean', '120', '--std', '120');
  const lines = liteblock('run', 'pictures.lbm', 'a.png', 'b.jpg').trimEnd().split('\n');
  const best = classOf(digits.reference(0));
  expect(lines.map((line) => line.split(' (')[0])).toEqual([`a.png: ${best}`, `b.jpg: ${best}`]);
});

it('lets a pipeline be built of its own stages: networkGraph, lower, quantize, compile', () => {
  const program = `
import { readFile } from 'node:fs/promises';
import { load } from 'liteblock';
import * as lb from 'liteblock/compiler';

const network = lb.parseNetwork(await readFile('network.json', 'utf8'), 'network.json');
const seeded = lb.seededWeights(network, 1);
const passes = [];
const graph = lb.lower(lb.networkGraph(network, seeded), (pass) => passes.push(pass));
const image = new Float32Array(64).map((_, i) => (i % 5) - 2);
const { bytes } = lb.compile(lb.quantize(graph, [[image]], { evaluate: lb.evaluateFloat }).graph);
const whole = lb.quantize(lb.importSeeded(network, 1), [[image]], { evaluate: lb.evaluateFloat });
const [scores] = (await load(bytes)).run(image);
const same = Buffer.from(bytes).equals(Buffer.from(lb.compile(whole.graph).bytes));
console.log(JSON.stringify({ passes, same, nodes: graph.nodes.length, scores: scores.length }));
`;
  folder.write('network.json', readFileSync('examples/networks/litenet-digits.json'));
  folder.write('pipeline.js', Buffer.from(program));
  const { passes, same, nodes, scores } = JSON.parse(run(process.execPath, 'pipeline.js')) as Record<string, unknown>;
  expect(passes).toContain('fold-batch-norm');
  expect({ same, scores }).toEqual({ same: true, scores: 10 });
  expect(nodes).toBeGreaterThan(5);
});

it('loads in Node, of a path, a file address, bytes, an answer, a bundle and a module, on both tiers', () => {
  const program = `
import { readFile, writeFile } from 'node:fs/promises';
import { load } from 'liteblock';
import { bundle } from 'liteblock/bundle';
import { compile, importModel } from 'liteblock/compiler';
import { readHeader } from 'liteblock/format';

const { bytes } = compile(importModel(await readFile('digits.tflite'), 'digits.tflite'));
await writeFile('module.lbm', bytes);
const engine = await readFile(new URL(import.meta.resolve('liteblock/engine.simd.wasm')));
const scalar = await readFile(new URL(import.meta.resolve('liteblock/engine.scalar.wasm')));
const bundled = bundle(bytes, engine);
const inputs = new Int8Array(await readFile('inputs.bin'));
const models = [
  await load('module.lbm'),
  await load(new URL('module.lbm', import.meta.url)),
  await load(bytes),
  await load(bytes.slice().buffer),
  await load(await readFile('module.lbm')),
  await load(new Response(bytes)),
  await load(bundled),
  await load(await WebAssembly.compile(bundled)),
  await load(bytes, { tier: 'scalar' }),
  await load(bytes, { engine: await WebAssembly.compile(scalar) }),
  await load(bytes, { engine }),
];
const outputs = models.map((model) => Buffer.from(model.run(inputs)[0].buffer).toString('hex'));
console.log(JSON.stringify({ ramBytes: readHeader(bytes).ramBytes, tiers: models.map(({ tier }) => tier), outputs }));
`;
  folder.write('program.js', Buffer.from(program));
  const { ramBytes, tiers, outputs } = JSON.parse(run(process.execPath, 'program.js')) as Record<string, string[]>;
  expect(new Set(outputs)).toEqual(new Set([Buffer.from(expected).toString('hex')]));
  expect(tiers).toEqual([...Array<string>(6).fill('simd'), 'given', 'given', 'scalar', 'given', 'given']);
  expect(ramBytes).toBeGreaterThan(0);
});
