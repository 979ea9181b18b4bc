import { readFileSync } from 'node:fs';
import { bundle } from '../../src/bundle/bundle.ts';
import { compile } from '../../src/compiler/compile.ts';
import { importModel } from '../../src/compiler/import-model.ts';

const data = (name: string): Buffer => readFileSync(`test/data/litenet_digits/${name}`);

/** 180 digits, and the bytes that TFLite gives for them. */
export const inputs = data('test_inputs_int8_nhwc.bin');
export const expected = [...new Int8Array(data('test_outputs_int8_ref.bin'))];

export const tflite = data('litenet_digits_int8.tflite');
export const lbm = compile(importModel(tflite, 'digits.tflite')).bytes;

export const bundled = bundle(lbm, readFileSync('build/engine.simd.wasm'));
