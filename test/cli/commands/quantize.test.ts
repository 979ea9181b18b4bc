import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readModel } from '../../../src/format/read.ts';
import { load } from '../../../src/runtime/node.ts';
import { npy } from '../../support/npy.ts';
import { greyPng } from '../../support/pictures.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const network = 'examples/networks/litenet-digits.json';
const weights = ['--weights', digits('litenet_digits.safetensors')];
const data = ['--data', digits('calib_images_u8.bin')];
const units = ['--mean', '8', '--std', '8'];

it('makes an int8 model of a network.json, with pixels and class names, and reports every layer', async () => {
  const at = temporary();
  writeFileSync(at('names.txt'), 'abcdefghij'.split('').join('\n'));
  const args = [network, ...weights, ...data, ...units, '-o', at('out.lbm'), '--labels', at('names.txt')];
  args.push('--report', at('report.html'));
  const { status, out, err } = await cli('quantize', ...args);
  expect({ status, err }).toEqual({ status: 0, err: '' });
  const model = await load(at('out.lbm'));
  expect(model.preprocessing).toEqual({ mean: [8], std: [8] });
  expect(model.labels.join('')).toBe('abcdefghij');
  expect(out).toMatch(/blocks\.0\.conv1\.0 +DepthwiseConv2d +\S+ to \S+ +0\.0\d+ +-128 +\d\d\.\d +\d\d\.\d$/m);
  const page = readFileSync(at('report.html'), 'utf8');
  const { metadata, ramBytes } = readModel(readFileSync(at('out.lbm')));
  for (const { name, node } of metadata.stages) if (node >= 0) expect(page).toContain(name);
  expect(metadata.stages.filter(({ blocks }) => blocks?.[0]?.type === 'LiteBlock').length).toBeGreaterThan(5);
  expect(out).toContain(`RAM                       ${ramBytes.toLocaleString('en')} bytes`);
  const [, same] = /same best class as float +(\d+) of 200 images/.exec(out) ?? [];
  expect(Number(same)).toBeGreaterThanOrEqual(194);
});

it('gives the same bytes of a float .tflite of the same network as of its .npy images, by every method', async () => {
  const at = temporary();
  const model = digits('litenet_digits_float.tflite');
  const pixels = readFileSync(digits('calib_images_u8.bin'));
  writeFileSync(at('u8.npy'), npy('|u1', [200, 8, 8], pixels));
  writeFileSync(
    at('f32.npy'),
    npy(
      '<f4',
      [200, 8, 8, 1],
      Float32Array.from(pixels, (p) => p / 8 - 1),
    ),
  );
  const made = async (images: string, ...args: string[]): Promise<Buffer> => {
    const { status, err } = await cli('quantize', model, '--data', images, ...units, '-o', at('out.lbm'), ...args);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return readFileSync(at('out.lbm'));
  };
  const raw = await made(digits('calib_images_u8.bin'), '--method', 'min-max');
  expect(raw.equals(await made(at('u8.npy'), '--method', 'min-max'))).toBe(true);
  expect(raw.equals(await made(at('f32.npy'), '--method', 'min-max'))).toBe(true);
  expect(raw.equals(await made(at('u8.npy'), '--method', 'percentile', '--percentile', '99'))).toBe(false);
});

/** The weights of digits with the first output channel of `tensor` made `times` as large. */
function withChannel(tensor: string, times: number): Buffer {
  const file = Buffer.from(readFileSync(digits('litenet_digits.safetensors')));
  const start = 8 + Number(file.readBigUInt64LE(0));
  const { data_offsets: offsets, shape } = JSON.parse(file.toString('utf8', 8, start))[tensor];
  const [from, to] = [start + offsets[0], start + offsets[0] + (offsets[1] - offsets[0]) / shape[0]];
  for (let at = from; at < to; at += 4) file.writeFloatLE(file.readFloatLE(at) * times, at);
  return file;
}

it('gives the same bytes of a folder of pictures as of their pixels', async () => {
  const at = temporary();
  const pixels = readFileSync(digits('calib_images_u8.bin')).subarray(0, 64 * 20);
  writeFileSync(at('20.bin'), pixels);
  mkdirSync(at('pictures'));
  for (let i = 0; i < 20; i++) {
    writeFileSync(at(`pictures/${i}.png`), greyPng(pixels.subarray(64 * i, 64 * (i + 1)), 8, 8));
  }
  for (const [name, more] of [
    ['units', units],
    ['none', []],
  ] as const) {
    const made = (from: string) =>
      cli('quantize', network, ...weights, '--data', at(from), '-o', at(`${name}.${from}`), ...more);
    const [raw, pictures] = [await made('20.bin'), await made('pictures')];
    expect([raw.status, pictures.status]).toEqual([0, 0]);
    expect(pictures.err).toBe(raw.err);
    expect(readFileSync(at(`${name}.pictures`)).equals(readFileSync(at(`${name}.20.bin`)))).toBe(true);
  }
});

it('does not warn of channels that differ in range, and warns of dead ones on screen and on the page', async () => {
  const at = temporary();
  for (const [name, times] of [
    ['small', 1 / 1000],
    ['dead', 0],
  ] as const) {
    writeFileSync(at(`${name}.safetensors`), withChannel('blocks.0.conv1.3.weight', times));
    const args = [network, '--weights', at(`${name}.safetensors`), ...data, ...units, '-o', at('out.lbm')];
    const { status, out } = await cli('quantize', ...args, '--report', at(`${name}.html`));
    expect(status).toBe(0);
    expect(out.match(/^warning: .*$/gm) ?? []).toEqual(
      name === 'small'
        ? []
        : [`warning: "blocks.0.conv1.3": all weights are 0 in channel 0: it gives its bias, whatever the input`],
    );
  }
  expect(readFileSync(at('dead.html'), 'utf8')).toContain('<b>blocks.0.conv1.3</b>: all weights are 0');
});

it('warns if images differ from the training images, few, or float values from 0 to 1 beside a mean', async () => {
  const at = temporary();
  const pixels = readFileSync(digits('calib_images_u8.bin'));
  writeFileSync(
    at('unit.npy'),
    npy(
      '<f4',
      [200, 8, 8, 1],
      Float32Array.from(pixels, (p) => p / 16),
    ),
  );
  const warningsOf = async (...args: string[]): Promise<string[]> => {
    const { status, out } = await cli('quantize', ...args, '-o', at('out.lbm'), '--report', at('report.html'));
    expect(status).toBe(0);
    return out.match(/^warning: .*$/gm) ?? [];
  };
  const asTheyAre = await warningsOf(network, ...weights, ...data);
  expect(asTheyAre).toEqual([
    expect.stringMatching(/^warning: "input": the images differ .+ "stem\.0" are 8\.\d+ times as widely spread/),
  ]);
  expect(readFileSync(at('report.html'), 'utf8')).toContain('the images differ from the training images');
  expect(await warningsOf(network, ...weights, '--data', at('unit.npy'), ...units)).toEqual([
    expect.stringMatching(/^warning: "input": the images are float values, 0 to 1, to which mean and std are not/),
    expect.stringMatching(/^warning: "input": the images differ from the training images/),
  ]);
  expect(await warningsOf(network, ...weights, ...data, ...units, '--images', '2')).toEqual([
    expect.stringMatching(/^warning: "input": 2 calibration images: .+ take a few hundred of the training images$/),
  ]);
  expect(await warningsOf(network, ...weights, ...data, ...units)).toEqual([]);
});

it('takes pixels as they are by default, says so, and stores that', async () => {
  const output = temporary()('out.lbm');
  const { status, err } = await cli('quantize', network, ...weights, ...data, '-o', output, '--images', '20');
  expect(status).toBe(0);
  expect(err).toMatch(/^warning: without --mean and --std, pixels are used as float values from 0 to 255/);
  expect((await load(output)).preprocessing).toEqual({ mean: [0], std: [1] });
});

it('stores nothing about pixels where images are real', async () => {
  const at = temporary();
  writeFileSync(at('f32.npy'), npy('<f4', [4, 8, 8], new Float32Array(256).fill(0.5)));
  const { err } = await cli('quantize', network, '--seed', '1', '--data', at('f32.npy'), '-o', at('out.lbm'));
  expect(err).toBe('');
  expect((await load(at('out.lbm'))).preprocessing).toBeUndefined();
});

it.each<[string, string[], RegExp]>([
  ['an int8 model', [digitsModel, ...data], /it is int8 already: liteblock compile .+ -o out\.lbm/],
  [
    'a network without weights',
    [network, ...data],
    /a network\.json has no weights: give --weights FILE\.safetensors or FILE\.pt, or --seed N/,
  ],
  ['two kinds of weights', [network, ...weights, '--seed', '1', ...data], /give either --weights or --seed, not both/],
  ['weights in vain', [digits('litenet_digits_float.tflite'), ...weights, ...data], /--weights is for a network\.json/],
  ['a method that there is not', [network, ...weights, ...data, '--method', 'best'], /min-max, percentile, mse/],
  [
    'means of too many channels',
    [network, ...weights, ...data, '--mean', '1,2,3'],
    /mean 1,2,3 and std 1: one number each/,
  ],
  ['no data', [network, ...weights], /--data/],
])('refuses %s as wrong usage, and writes nothing', async (_, args, message) => {
  const output = temporary()('out.lbm');
  const { status, out, err } = await cli('quantize', ...args, '-o', output);
  expect({ status, out }).toEqual({ status: 2, out: '' });
  expect(err).toMatch(message);
  expect(existsSync(output)).toBe(false);
});

it('refuses quantised images, naming the file', async () => {
  const at = temporary();
  writeFileSync(at('i8.npy'), npy('|i1', [1, 8, 8], new Int8Array(64)));
  const { status, err } = await cli('quantize', network, ...weights, '--data', at('i8.npy'), '-o', at('out.lbm'));
  expect(status).toBe(1);
  expect(err).toMatch(/i8\.npy: i8 values, but a float network takes u8 pixels or f32 values/);
});

it('says how to make a model of a network.json, in commands that need one', async () => {
  const { status, err } = await cli('run', network, 'x.bin');
  expect(status).toBe(1);
  expect(err).toMatch(/litenet-digits\.json: .+ liteblock quantize examples\/networks\/litenet-digits\.json --weights/);
});
