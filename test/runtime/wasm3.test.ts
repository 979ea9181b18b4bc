import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';
import { describeWasm3, temporaryFolder } from '../support/runtimes.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const digits = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);

describeWasm3('the scalar engine under wasm3, an interpreter of the microcontroller class', (run) => {
  it('gives the reference bytes of 180 digits', () => {
    const name = 'litenet_digits_int8.tflite';
    const model = folder.write('digits.lbm', compile(importModel(digits(name), name)).bytes);
    const input = folder.write('digits.bin', digits('test_inputs_int8_nhwc.bin'));
    const { code, stdout, stderr } = run([model, input]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(Buffer.compare(stdout, digits('test_outputs_int8_ref.bin'))).toBe(0);
  });
});
