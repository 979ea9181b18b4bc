import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { bundle } from '../../src/bundle/bundle.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { describeAheadOfTime, describeWasmtime, temporaryFolder } from '../support/runtimes.ts';

/** The ways in which wasmtime runs a module: two compilers, an interpreter, and code compiled elsewhere. */
const folder = temporaryFolder();
afterAll(() => folder.remove());

const digits = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);
const file = 'test/data/litenet_digits/litenet_digits_int8.tflite';
const model = folder.write('digits.lbm', compile(importModel(readFileSync(file), file)).bytes);
const input = folder.write('digits.bin', digits('test_inputs_int8_nhwc.bin'));
const expected = digits('test_outputs_int8_ref.bin');
const args = [model, input, '--raw'];

describeWasmtime('wasmtime', (run) => {
  describe.each([
    ['Cranelift', []],
    ['Winch', ['-C', 'compiler=winch']],
    ['Pulley', ['--target', 'pulley64']],
  ] as const)('with %s', (_, options) => {
    it.each(['liteblock', 'liteblock.scalar'])('gives the reference bytes by %s.wasm', (command) => {
      const { code, stdout, stderr } = run(['--dir', folder.path, ...options, `build/${command}.wasm`, ...args]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(Buffer.compare(stdout, expected)).toBe(0);
    });
  });
});

describeAheadOfTime('wasmtime-min', (compileModule, run) => {
  it.each(['liteblock', 'liteblock.scalar'])('runs %s.wasm as compiled ahead of time', (command) => {
    const compiled = `${folder.path}/${command}.cwasm`;
    const options = ['-C', 'collector=drc', '-W', 'threads=n'];
    expect(compileModule([...options, `build/${command}.wasm`, '-o', compiled]).code).toBe(0);
    const { code, stdout, stderr } = run(['--dir', folder.path, compiled, ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Buffer.compare(stdout, expected)).toBe(0);
  });
});

describeAheadOfTime('frames in a loop', (compileModule, run) => {
  it('are answered one after another by examples/wasmtime/frames.sh', () => {
    const bundled = folder.write('frames.wasm', bundle(readFileSync(model), readFileSync('build/liteblock.wasm')));
    const compiled = `${folder.path}/frames.cwasm`;
    const options = ['-C', 'collector=drc', '-W', 'threads=n'];
    expect(compileModule([...options, bundled, '-o', compiled]).code).toBe(0);
    const lines = execFileSync('examples/wasmtime/frames.sh', [compiled], {
      input: readFileSync(input),
      env: { ...process.env, RUN: run.command.join(' ') },
      encoding: 'utf8',
    }).split('\n');
    expect(lines.length).toBe(181);
    expect(lines.slice(0, 2)).toEqual(['frame 0 is 0', 'frame 1 is 9']);
  });
});
