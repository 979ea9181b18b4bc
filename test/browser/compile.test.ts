import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundle } from '../../src/bundle/bundle.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { importNetwork } from '../../src/compiler/import-network.ts';
import { loadFloatEngine } from '../../src/float/float-engine.ts';
import { quantize } from '../../src/quantize/quantize.ts';
import { describeBrowsers, reporter } from '../support/browsers.ts';
import { unpackInto } from '../support/packed.ts';
import { root, temporaryFolder } from '../support/runtimes.ts';
import { type Site, serveFolders } from '../support/site.ts';
import { tflite } from './digits.ts';

const files = {
  'digits.tflite': tflite,
  'digits.json': readFileSync('examples/networks/litenet-digits.json'),
  'digits.safetensors': readFileSync('test/data/litenet_digits/litenet_digits.safetensors'),
  'images.bin': readFileSync('test/data/litenet_digits/calib_images_u8.bin').subarray(0, 32 * 64),
} as const;

/** The page's half is the packed package; what has no entry yet is named by its file. */
const app = `import { compile, importModel, importNetwork } from 'liteblock/compiler';
import { bundle } from 'liteblock/bundle';
import { quantize } from './node_modules/liteblock/dist/quantize/quantize.js';
import { loadFloatEngine } from './node_modules/liteblock/dist/float/float-engine.js';
${reporter}
const file = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const hash = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (b) => b.toString(16).padStart(2, '0')).join('');
await reportOf(async () => {
  const compiled = compile(importModel(await file('digits.tflite'), 'digits.tflite')).bytes;
  const bundled = bundle(compiled, await file('node_modules/liteblock/build/engine.scalar.wasm'));
  const graph = importNetwork(new TextDecoder().decode(await file('digits.json')), await file('digits.safetensors'));
  const evaluate = await loadFloatEngine(await file('node_modules/liteblock/build/engine.float.wasm'));
  const pixels = await file('images.bin');
  const images = Array.from({ length: 32 }, (_, i) => [Float32Array.from(pixels.subarray(i * 64, i * 64 + 64), (v) => v / 16)]);
  const quantized = compile(quantize(graph, images, { evaluate }).graph).bytes;
  return { compiled: await hash(compiled), bundled: await hash(bundled), quantized: await hash(quantized) };
});
`;

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

const folder = temporaryFolder();
let site: Site;
let inNode: Readonly<Record<string, string>>;

beforeAll(async () => {
  const compiled = compile(importModel(tflite, 'digits.tflite')).bytes;
  const bundled = bundle(compiled, readFileSync('build/engine.scalar.wasm'));
  const evaluate = await loadFloatEngine(readFileSync('build/engine.float.wasm'));
  const graph = importNetwork(files['digits.json'].toString(), files['digits.safetensors']);
  const images = Array.from({ length: 32 }, (_, i) => [
    Float32Array.from(files['images.bin'].subarray(i * 64, i * 64 + 64), (value) => value / 16),
  ]);
  const quantized = compile(quantize(graph, images, { evaluate }).graph).bytes;
  inNode = { compiled: hash(compiled), bundled: hash(bundled), quantized: hash(quantized) };

  unpackInto(folder.path);
  for (const [name, bytes] of Object.entries(files)) folder.write(name, bytes);
  folder.write(
    'index.html',
    Buffer.from('<!doctype html><title>compile</title><script type="module" src="main.js"></script>'),
  );
  await build({
    stdin: { contents: app, resolveDir: folder.path },
    outfile: join(folder.path, 'main.js'),
    bundle: true,
    format: 'esm',
    nodePaths: [join(root, 'node_modules')], // what the package depends on
    logLevel: 'error',
  });
  site = await serveFolders([folder.path]);
});

afterAll(() => {
  site.close();
  folder.remove();
});

describeBrowsers('compiling in a page', (open) => {
  it('gives the bytes that it gives in Node, of an int8 .tflite, a bundle, and float weights quantised', async () => {
    expect(await open(`${site.origin}/index.html`)).toEqual(inNode);
  });
});
