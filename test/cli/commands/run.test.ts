import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { numbered } from '../../../src/cli/commands/run.ts';
import { npy } from '../../support/npy.ts';
import { classOf, enlarged, greyJpeg, greyPng, digits as pictures } from '../../support/pictures.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const inputs = digits('test_inputs_int8_nhwc.bin');
const reference = readFileSync(digits('test_outputs_int8_ref.bin'));

it.each(['simd', 'scalar'])('gives the reference bytes for a batch of 180 on the %s tier', async (tier) => {
  const output = temporary()('out.bin');
  const { status, err } = await cli('run', digitsModel, inputs, '-o', output, '--tier', tier);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  expect(readFileSync(output).equals(reference)).toBe(true);
});

it('runs a .lbm and prints the best classes of every image', async () => {
  const at = temporary();
  await cli('compile', digitsModel, '-o', at('digits.lbm'));
  writeFileSync(at('three.bin'), readFileSync(inputs).subarray(0, 3 * 64));
  const { status, out } = await cli('run', at('digits.lbm'), at('three.bin'));
  expect(status).toBe(0);
  const lines = out.trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  lines.forEach((line, image) => {
    const scores = new Int8Array(reference).subarray(image * 10, image * 10 + 10);
    expect(line).toMatch(new RegExp(`^image ${image}: ${scores.indexOf(Math.max(...scores))} \\(`));
    expect(line.split(', ')).toHaveLength(5);
  });
});

it('names a file of a wrong size, its bytes and those of one image', async () => {
  const wrong = temporary()('wrong.bin');
  writeFileSync(wrong, new Uint8Array(100));
  const { status, err } = await cli('run', digitsModel, wrong);
  expect(status).toBe(1);
  expect(err).toMatch(/wrong\.bin: 100 bytes; one image of input 0 ".+" \(8×8×1 i8\) has 64\n$/);
});

const add = 'test/data/ops/add_same';

it('takes one argument for each input of a model with several, and names them where there are others', async () => {
  const output = temporary()('out.bin');
  const { status } = await cli('run', `${add}.tflite`, `${add}.in0.bin`, `${add}.in1.bin`, '-o', output);
  expect(status).toBe(0);
  expect(readFileSync(output).equals(readFileSync(`${add}.out.bin`))).toBe(true);
  expect((await cli('run', `${add}.tflite`, `${add}.in0.bin`, `${add}.in1.bin`)).out).toMatch(/^image 0: /);
  const three = await cli('run', `${add}.tflite`, ...[0, 1, 1].map((i) => `${add}.in${i}.bin`));
  expect(three.status).toBe(1);
  expect(three.err).toMatch(/inputs: expected 2, got 3: ".+" \(.+ i8\), ".+" \(.+ i8\)\n$/);
});

describe('pictures', () => {
  const picture = (i: number) => greyPng(Uint8Array.from(enlarged(pictures.pixels(i), 8, 5)), 40, 40);

  it('are images of the one input, named by their files, of every kind and in any number', async () => {
    const at = temporary();
    await cli('compile', digitsModel, '-o', at('digits.lbm'), '--mean', '120', '--std', '120');
    mkdirSync(at('more'));
    writeFileSync(at('0.png'), picture(0));
    writeFileSync(at('1.jpg'), await greyJpeg(enlarged(pictures.pixels(1), 8, 5), 40, 40));
    writeFileSync(at('more/10.png'), greyPng(pictures.pixels(3), 8, 8));
    writeFileSync(at('more/2.png'), picture(2));
    const files = ['0.png', '1.jpg', 'more/2.png', 'more/10.png'].map(at);
    const { status, out, err } = await cli('run', at('digits.lbm'), at('0.png'), at('1.jpg'), at('more'));
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(4);
    lines.forEach((line, i) => {
      expect(line.startsWith(`${files[i]}: ${classOf(pictures.reference(i))} (`), line).toBe(true);
    });
  });

  it('are each less 128 for an i8 input without mean and std, with one warning', async () => {
    const at = temporary();
    const pixels = pictures.quantized(0).map((value) => value ^ 128);
    for (const name of ['a.png', 'b.png']) writeFileSync(at(name), greyPng(pixels, 8, 8));
    const { status, out, err } = await cli('run', digitsModel, at('a.png'), at('b.png'), '-o', at('out.bin'));
    expect({ status, out }).toEqual({ status: 0, out: `${at('out.bin')}: 20 bytes\n` });
    expect(err).toBe(
      'warning: the model does not say what pixels mean: 128 is subtracted from each (compile it with --mean and --std to say it)\n',
    );
    const one = reference.subarray(0, 10);
    expect(readFileSync(at('out.bin')).equals(Buffer.concat([one, one]))).toBe(true);
  });

  it('stay pixels with --raw, and those of a .npy are refused without mean and std', async () => {
    const at = temporary();
    writeFileSync(at('a.png'), picture(0));
    writeFileSync(at('a.npy'), npy('|u1', [8, 8], pictures.pixels(0)));
    await cli('compile', digitsModel, '-o', at('digits.lbm'), '--mean', '120', '--std', '120');
    const [plain, raw] = await Promise.all(
      [[], ['--raw']].map((more) => cli('run', at('digits.lbm'), at('a.png'), ...more)),
    );
    expect(raw).toEqual(plain);
    const { status, err } = await cli('run', digitsModel, at('a.npy'));
    expect(status).toBe(1);
    expect(err).toMatch(
      /a\.npy: u8 pixels, but the model does not say what they mean \(compile it with --mean and --std\)/,
    );
  });
});

it('plans a model to fit in --ram, or refuses it, naming need, limit and step', async () => {
  const { ramBytes } = JSON.parse((await cli('inspect', digitsModel, '--json')).out);
  const whole = await cli('run', digitsModel, inputs, '--ram', `${ramBytes}`);
  const streamed = await cli('run', digitsModel, inputs, '--ram', `${ramBytes - 1}`);
  expect([whole.status, streamed.status]).toEqual([0, 0]);
  expect(streamed.out).toBe(whole.out);
  const { status, err } = await cli('run', digitsModel, inputs, '--ram', '100');
  expect(status).toBe(1);
  expect(err).toMatch(
    /^error: litenet_digits_int8: needs \d+ bytes of RAM, the limit is 100; it is fullest at step \d+, node/,
  );
});

it('numbers the files of several outputs before the extension', () => {
  expect(numbered('a/out.bin', 1)).toBe('a/out.1.bin');
  expect(numbered('a.b/out', 0)).toBe('a.b/out.0');
});
