import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { evaluateQuantized } from '../../src/ops/evaluate.ts';
import { describePythonWasmtime, describeWasm2c, describeWasm3, root, temporaryFolder } from '../support/runtimes.ts';
import { streamGraph } from '../support/stream-graph.ts';

/** Hosts that drive the engine through its exports alone, as docs/abi.md tells them to. */
const folder = temporaryFolder();
afterAll(() => folder.remove());

const digits = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);
const file = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const model = folder.write('digits.lbm', compile(importModel(readFileSync(file), file)).bytes);
const expected = digits('test_outputs_int8_ref.bin');

/** A model that gives its last input and this one. The first value of its variable is 3. */
const stream = compile(streamGraph({ kept: 1, channels: 1 }), { evaluate: evaluateQuantized }).bytes;
const streamModel = folder.write('stream.lbm', stream);
const frames = folder.write('frames.bin', Uint8Array.of(5, 6, 7));
const inSequence = [3, 5, 5, 6, 6, 7];
const apart = [3, 5, 3, 6, 3, 7];

describePythonWasmtime('a host in Python', (run) => {
  it.each(['simd', 'scalar'])('gives the reference bytes of 180 digits on the %s engine', (tier) => {
    const input = 'test/data/litenet_digits/test_inputs_int8_nhwc.bin';
    const { stdout, stderr } = run(['test/hosts/python_host.py', `build/engine.${tier}.wasm`, model, input]);
    expect(stderr).toBe('');
    expect(Buffer.compare(stdout, expected)).toBe(0);
  });

  it.each(['simd', 'scalar'])('keeps state from image to image until reset, on the %s engine', (tier) => {
    const host = ['test/hosts/python_host.py', `build/engine.${tier}.wasm`, streamModel, frames];
    expect([...run(host).stdout]).toEqual(inSequence);
    expect([...run([...host, '--reset']).stdout]).toEqual(apart);
  });

  it('gets the status of a file that is not a model', () => {
    const wrong = folder.write('wrong.lbm', new Uint8Array(100));
    const { code, stderr } = run(['test/hosts/python_host.py', 'build/engine.simd.wasm', wrong, wrong]);
    expect([code, stderr.trim()]).toEqual([1, 'refused: status 1, 0, 0']);
  });
});

describeWasm2c('a host in C, the bundle turned into C', () => {
  it('gives the reference bytes of 180 digits, and prints its sizes', () => {
    const build = ['examples/microcontroller/build.mjs', model, folder.path];
    const sizes = execFileSync(process.execPath, build, { cwd: root, encoding: 'utf8' });
    expect(sizes).toMatch(/^text \d+, data \d+, RAM \d+ bytes \(of these \d+ linear memory, \d+ the model\)$/m);
    const output = execFileSync(`${folder.path}/classify`, ['--raw'], { input: digits('test_inputs_int8_nhwc.bin') });
    expect(Buffer.compare(output, expected)).toBe(0);
  });

  it('keeps state from image to image until reset', () => {
    execFileSync(process.execPath, ['examples/microcontroller/build.mjs', streamModel, folder.path], { cwd: root });
    const input = Uint8Array.of(5, 6, 7);
    const run = (...more: readonly string[]) => execFileSync(`${folder.path}/classify`, ['--raw', ...more], { input });
    expect([...run()]).toEqual(inSequence);
    expect([...run('--reset')]).toEqual(apart);
  });
});

describeWasm3('a host of the interpreter wasm3', (run) => {
  it('keeps state from image to image until reset', () => {
    expect([...run([streamModel, frames]).stdout]).toEqual(inSequence);
    expect([...run([streamModel, frames, '--reset']).stdout]).toEqual(apart);
  });
});
