import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { load } from '../../src/runtime/node.ts';
import { npy } from '../support/npy.ts';
import { cli, temporary } from './cli.ts';

/** A convolution as legacy models have it: uint8 throughout, zero points of weights included. */
const legacy = 'test/data/ops/conv_u8_3x3_s2_same';
const [input, expected] = [readFileSync(`${legacy}.in0.bin`), readFileSync(`${legacy}.out.bin`)];

it('takes uint8 values of a legacy model unchanged, from bytes and from .npy, and gives uint8', async () => {
  const at = temporary();
  await cli('compile', `${legacy}.tflite`, '-o', at('legacy.lbm'));
  const { inputs } = await load(at('legacy.lbm'));
  const shape = inputs[0]?.shape as readonly number[];
  writeFileSync(at('x.npy'), npy('|u1', shape, input));
  for (const model of [`${legacy}.tflite`, at('legacy.lbm')]) {
    for (const images of [`${legacy}.in0.bin`, at('x.npy')]) {
      for (const tier of ['simd', 'scalar']) {
        const { status, err } = await cli('run', model, images, '-o', at('out.bin'), '--tier', tier);
        expect({ status, err }).toEqual({ status: 0, err: '' });
        expect(readFileSync(at('out.bin')).equals(expected)).toBe(true);
      }
    }
  }
});

it('shows its interface as the file has it, and what stands between that and int8', async () => {
  const { status, out } = await cli('inspect', `${legacy}.tflite`);
  expect(status).toBe(0);
  expect(out).toMatch(/u8/);
  expect(out.match(/Quantize/g)).toHaveLength(2);
});

it('is a model of Uint8Arrays to a program, and quantises float values for it', async () => {
  const at = temporary();
  await cli('compile', `${legacy}.tflite`, '-o', at('legacy.lbm'));
  const model = await load(at('legacy.lbm'), { selfTest: true });
  const [entry] = model.inputs;
  const { scale = 0, zeroPoint = 0 } = entry ?? {};
  expect([entry?.dtype, model.outputs[0]?.dtype]).toEqual(['u8', 'u8']);
  const real = Float32Array.from(input, (q) => scale * (q - zeroPoint));
  for (const values of [Uint8Array.from(input), real]) {
    const [y] = model.run(values);
    expect(y).toEqual(Uint8Array.from(expected));
  }
  expect(() => model.run(new Int8Array(input.length))).toThrow(/Uint8Array/);
  model.dispose();
});
