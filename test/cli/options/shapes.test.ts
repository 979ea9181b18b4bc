import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readModel } from '../../../src/format/read.ts';
import { writeTflite } from '../../import/write-tflite.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

/** A convolution on images of any size. */
const anySize = writeTflite({
  tensors: [
    { name: 'image', shape: [1, 1, 1, 2], shapeSignature: [-1, -1, -1, 2], scale: [0.5], zeroPoint: [3] },
    { shape: [3, 3, 3, 2], scale: [0.25], zeroPoint: [0], bytes: new Uint8Array(54).fill(1) },
    { name: 'y', shape: [1, 1, 1, 3], shapeSignature: [-1, -1, -1, 3], scale: [2], zeroPoint: [0] },
  ],
  operators: [
    {
      name: 'CONV_2D',
      inputs: [0, 1],
      outputs: [2],
      optionsType: 1,
      options: [
        [1, 'int32', 1],
        [2, 'int32', 1],
      ],
    },
  ],
  inputs: [0],
  outputs: [2],
});

function file(): { at: (name: string) => string; path: string } {
  const at = temporary();
  writeFileSync(at('m.tflite'), anySize);
  return { at, path: at('m.tflite') };
}

const shape = ['--shape', 'image=1,5,7,2'];

it('compiles and runs a model for the shape that is given', async () => {
  const { at, path } = file();
  expect((await cli('compile', path, '-o', at('m.lbm'), ...shape)).status).toBe(0);
  const { inputs, outputs } = readModel(readFileSync(at('m.lbm')));
  expect([inputs[0]?.shape, outputs[0]?.shape]).toEqual([
    [1, 5, 7, 2],
    [1, 5, 7, 3],
  ]);
  writeFileSync(
    at('x.bin'),
    new Uint8Array(70).map((_, i) => i),
  );
  for (const [model, ...more] of [[path, ...shape], [at('m.lbm')]] as [string, ...string[]][]) {
    expect((await cli('run', model, at('x.bin'), '-o', at(`y${more.length}.bin`), ...more)).status).toBe(0);
  }
  expect(readFileSync(at('y0.bin'))).toEqual(readFileSync(at('y2.bin')));
  expect(readFileSync(at('y0.bin')).length).toBe(105);
});

it.each(['inspect', 'bench', 'bundle'])('%s takes a shape, too', async (command) => {
  const { at, path } = file();
  const more = { inspect: [], bench: ['--runs', '1'], bundle: ['-o', at('m.wasm')] }[command] as string[];
  expect(await cli(command, path, ...more, ...shape)).toMatchObject({ status: 0, err: '' });
  expect(await cli(command, path, ...more)).toMatchObject({
    status: 1,
    err: `error: ${path}: input "image": the shape [-1, -1, -1, 2] is not fixed (only the batch may be −1): give --shape 'image=1,H,W,2'\n`,
  });
});

it('quantises and evaluates a model of another size than that of the file', async () => {
  const at = temporary();
  const float = digits('litenet_digits_float.tflite');
  const name = JSON.parse((await cli('inspect', digitsModel, '--json')).out).inputs[0].name;
  writeFileSync(
    at('x.bin'),
    new Uint8Array(12 * 12 * 3).map((_, i) => i % 17),
  );
  writeFileSync(at('labels.txt'), '0\n1\n2\n');
  const floatName = /not an input \("(.*?)"/.exec((await cli('inspect', float, '--shape', 'no=1')).err)?.[1];
  const given = ['--shape', `${floatName}=1,12,12,1`];
  const quantized = await cli('quantize', float, '--data', at('x.bin'), '-o', at('q.lbm'), ...given);
  expect(quantized.status).toBe(0);
  expect(readModel(readFileSync(at('q.lbm'))).inputs[0]?.shape).toEqual([1, 12, 12, 1]);
  const beside = await cli('eval', at('q.lbm'), at('x.bin'), '--labels', at('labels.txt'), '--float', float, ...given);
  expect(beside).toMatchObject({ status: 0, out: expect.stringContaining('of 3 images') });
  const int8 = ['--shape', `${name}=1,12,12,1`, '--labels', at('labels.txt')];
  expect(await cli('eval', digitsModel, at('x.bin'), ...int8)).toMatchObject({ status: 0 });
});

it('says what is wrong with a shape', async () => {
  const { at, path } = file();
  for (const bad of ['1,5,7,2', 'image=', 'image=1,a,7,2', 'image=1,-5,7,2']) {
    expect(await cli('inspect', path, '--shape', bad)).toMatchObject({
      status: 2,
      err: expect.stringMatching('such as'),
    });
  }
  expect(await cli('inspect', path, ...shape, ...shape)).toMatchObject({ status: 2 });
  expect(await cli('inspect', path, '--shape', 'x=1,5,7,2')).toMatchObject({
    status: 2,
    err: `error: ${path}: a shape for "x", which is not an input ("image" [-1, -1, -1, 2])\n`,
  });
  await cli('compile', path, '-o', at('m.lbm'), ...shape);
  for (const model of [at('m.lbm'), 'examples/networks/litenet-digits.json']) {
    expect(await cli('inspect', model, ...shape)).toMatchObject({
      status: 2,
      err: `error: ${model}: --shape is for a .tflite, .pt2 or .onnx\n`,
    });
  }
});
