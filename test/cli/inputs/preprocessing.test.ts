import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { load } from '../../../src/runtime/node.ts';
import { npy } from '../../support/npy.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const pixels = digits('test_images_u8.bin');
const quantized = digits('test_inputs_int8_nhwc.bin');

const compiled = async (output: string) =>
  cli('compile', digitsModel, '-o', output, '--mean', '127.5', '--std', '127.5');

it('is stored by compile, and makes bytes pixels for run; --raw leaves them what they are', async () => {
  const at = temporary();
  expect((await compiled(at('a.lbm'))).status).toBe(0);
  expect((await load(at('a.lbm'))).preprocessing).toEqual({ mean: [127.5], std: [127.5] });
  expect((await cli('run', at('a.lbm'), quantized, '--raw', '-o', at('raw.bin'))).status).toBe(0);
  expect(readFileSync(at('raw.bin')).equals(readFileSync(digits('test_outputs_int8_ref.bin')))).toBe(true);
  expect((await cli('run', at('a.lbm'), pixels, '-o', at('pixels.bin'))).status).toBe(0);
  const real = Float32Array.from(readFileSync(pixels), (pixel) => Math.fround(pixel - 127.5) / 127.5);
  const [expected] = (await load(at('a.lbm'))).run(real);
  expect(readFileSync(at('pixels.bin')).equals(Buffer.from((expected as Int8Array).buffer))).toBe(true);
});

it('is not a concern of float values, nor of quantised ones that say so', async () => {
  const at = temporary();
  await compiled(at('a.lbm'));
  const bytes = new Int8Array(readFileSync(quantized));
  writeFileSync(at('i8.npy'), npy('|i1', [180, 8, 8], bytes));
  writeFileSync(
    at('f32.npy'),
    npy(
      '<f4',
      [180, 1, 8, 8],
      Float32Array.from(bytes, (q) => 0.007843137718737125 * (q + 1)),
    ),
  );
  for (const name of ['i8', 'f32']) {
    expect(await cli('run', at('a.lbm'), at(`${name}.npy`), '-o', at('out.bin'))).toMatchObject({ status: 0, err: '' });
    expect(readFileSync(at('out.bin')).equals(readFileSync(digits('test_outputs_int8_ref.bin')))).toBe(true);
  }
});

it('is requested if pixels are given without it', async () => {
  const file = temporary()('u8.npy');
  writeFileSync(file, npy('|u1', [180, 8, 8, 1], readFileSync(pixels)));
  const { status, err } = await cli('run', digitsModel, file);
  expect(status).toBe(1);
  expect(err).toMatch(
    /u8\.npy: u8 pixels, but the model does not say what they mean \(compile it with --mean and --std\)/,
  );
});

it('takes a mean alone for a std of 1, and must fit the input', async () => {
  const output = temporary()('a.lbm');
  expect((await cli('compile', digitsModel, '-o', output, '--mean', '8')).status).toBe(0);
  expect((await load(output)).preprocessing).toEqual({ mean: [8], std: [1] });
  const refused = async (...args: string[]) => (await cli('compile', digitsModel, '-o', output, ...args)).err;
  expect(await refused('--mean', '1,2,3')).toMatch(
    /mean 1,2,3 and std 1: one number each for the input ".+", std not 0/,
  );
  expect(await refused('--std', '0')).toMatch(/mean 0 and std 0: /);
  expect(await refused('--std', '1,x')).toMatch(/expected numbers such as 127\.5 or 123\.7,116\.3,103\.5/);
});

it('has class names beside it, as many as the output has channels', async () => {
  const at = temporary();
  const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];
  writeFileSync(at('names.txt'), `${names.join('\r\n')}\r\n\n`);
  expect((await cli('compile', digitsModel, '-o', at('a.lbm'), '--labels', at('names.txt'))).status).toBe(0);
  expect((await load(at('a.lbm'))).labels).toEqual(names);
  expect((await cli('run', at('a.lbm'), quantized)).out).toMatch(
    /^image 0: \d (zero|one|two|three|four|five|six|seven|eight|nine) \(/,
  );
  writeFileSync(at('nine.txt'), names.slice(1).join('\n'));
  const { status, err } = await cli('compile', digitsModel, '-o', at('b.lbm'), '--labels', at('nine.txt'));
  expect(status).toBe(2);
  expect(err).toMatch(/9 labels, but the output ".+" has 10 channels/);
  writeFileSync(at('gap.txt'), names.join('\n').replace('two', ''));
  expect((await cli('compile', digitsModel, '-o', at('b.lbm'), '--labels', at('gap.txt'))).err).toMatch(
    /label 2 is empty/,
  );
});
