import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findNpmTool, type NpmTool } from '../../scripts/npm-tools.mjs';
import { pack } from '../support/packed.ts';
import { describeWith, temporaryFolder } from '../support/runtimes.ts';

/** Library and command line on other JavaScript runtimes, from the package as it would be published. */

const folder = temporaryFolder();
const data = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);
const expected = data('test_outputs_int8_ref.bin').toString('hex');

const program = `
import { readFile } from 'node:fs/promises';
import { load } from 'liteblock';
import { compile, evaluateQuantized, importModel } from 'liteblock/compiler';
import { loadFloatEngine } from 'liteblock/float';

await loadFloatEngine(new Uint8Array(await readFile(new URL(import.meta.resolve('liteblock/engine.float.wasm')))));
const graph = importModel(new Uint8Array(await readFile('digits.tflite')), 'digits.tflite');
const { bytes } = compile(graph, { evaluate: evaluateQuantized });
const inputs = new Int8Array(await readFile('inputs.bin'));
for (const tier of ['simd', 'scalar']) {
  const [scores] = (await load(bytes, { tier, selfTest: true })).run(inputs);
  console.log(Array.from(new Uint8Array(scores.buffer), (byte) => byte.toString(16).padStart(2, '0')).join(''));
}
`;

beforeAll(() => {
  folder.write('package.json', Buffer.from('{ "type": "module", "private": true }'));
  const args = ['install', pack(folder.path), '--prefer-offline', '--no-audit', '--no-fund'];
  expect(spawnSync('npm', args, { cwd: folder.path }).status).toBe(0);
  folder.write('digits.tflite', data('litenet_digits_int8.tflite'));
  folder.write('inputs.bin', data('test_inputs_int8_nhwc.bin'));
  folder.write('program.mjs', Buffer.from(program));
}, 300_000);
afterAll(() => folder.remove());

const runtimes: readonly (readonly [title: string, tool: NpmTool, start: (path: string) => readonly string[]])[] = [
  ['Node 20.12, the lowest', 'node-lowest', (path) => [path]],
  ['Node 24', 'node-24', (path) => [path]],
  ['Node 26', 'node-26', (path) => [path]],
  ['Bun', 'bun', (path) => [path]],
  ['Deno', 'deno', (path) => [process.execPath, path, 'run', '--allow-all', '--node-modules-dir=manual']],
];

for (const [title, tool, start] of runtimes) {
  describeWith(title, findNpmTool(tool), `library and command line on ${title}`, (path) => {
    const run = (...args: string[]) => {
      const [command = '', ...before] = start(path);
      const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1', NO_COLOR: '1' };
      const { status, stdout, stderr } = spawnSync(command, [...before, ...args], {
        cwd: folder.path,
        encoding: 'utf8',
        env,
      });
      expect(status, stderr).toBe(0);
      return stdout;
    };

    it('the library gives the bytes of the reference on both tiers', () => {
      expect(run('program.mjs').trim().split('\n')).toEqual([expected, expected]);
    }, 120_000);

    it('the command line compiles and runs', () => {
      const main = 'node_modules/liteblock/dist/cli/main.js';
      run(main, 'compile', 'digits.tflite', '-o', `${tool}.lbm`);
      run(main, 'run', `${tool}.lbm`, 'inputs.bin', '-o', `${tool}.bin`);
      expect(readFileSync(join(folder.path, `${tool}.bin`)).toString('hex')).toBe(expected);
    }, 120_000);
  });
}
