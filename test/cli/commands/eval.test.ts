import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Evaluation } from '../../../src/cli/print/eval-report.ts';
import { npy } from '../../support/npy.ts';
import { greyPng } from '../../support/pictures.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const network = 'examples/networks/litenet-digits.json';
const weights = ['--weights', digits('litenet_digits.safetensors')];
const units = ['--mean', '8', '--std', '8'];
const pixels = digits('test_images_u8.bin');
const labels = ['--labels', digits('test_labels_u8.bin')];
const names = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'];

const evaluate = async (...args: string[]): Promise<Evaluation> => {
  const { status, out, err } = await cli('eval', ...args, '--json');
  expect({ status, err }).toEqual({ status: 0, err: '' });
  return JSON.parse(out);
};

describe('a model quantised here', () => {
  let model: string;
  let files: (name: string) => string;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'liteblock-eval-'));
    files = (name) => `${folder}/${name}`;
    model = files('out.lbm');
    writeFileSync(files('names.txt'), names.join('\n'));
    const data = ['--data', digits('calib_images_u8.bin'), ...units, '--labels', files('names.txt')];
    expect((await cli('quantize', network, ...weights, ...data, '-o', model)).status).toBe(0);
    return () => rmSync(folder, { recursive: true });
  });

  it('names digits as well as the float network, at most one image worse', async () => {
    const { top1, count, correct, confusion, classes, float, agreement } = await evaluate(
      ...[model, pixels, ...labels, '--float', network, ...weights],
    );
    expect(count).toBe(180);
    expect(top1).toBe(correct / 180);
    expect(top1).toBeGreaterThanOrEqual(177 / 180);
    expect(float?.top1).toBeCloseTo(178 / 180, 12);
    expect(agreement?.share).toBeGreaterThanOrEqual(0.97);
    expect(confusion?.flat().reduce((a, b) => a + b)).toBe(180);
    expect(classes.map(({ label }) => label)).toEqual(names);
  });

  it('gives the same on both tiers, and of true classes in any form', async () => {
    const truth = readFileSync(digits('test_labels_u8.bin'));
    writeFileSync(files('i8.npy'), npy('<i8', [180], BigInt64Array.from(truth, BigInt)));
    writeFileSync(files('numbers.txt'), `${[...truth].join('\n')}\n`);
    writeFileSync(files('words.txt'), Array.from(truth, (label) => names[label]).join('\r\n'));
    const { tier, ...simd } = await evaluate(model, pixels, ...labels, '--tier', 'simd');
    const { tier: other, ...scalar } = await evaluate(model, pixels, ...labels, '--tier', 'scalar');
    expect([tier, other]).toEqual(['simd', 'scalar']);
    expect(scalar).toEqual(simd);
    for (const file of ['i8.npy', 'numbers.txt', 'words.txt']) {
      expect(await evaluate(model, pixels, '--labels', files(file))).toEqual({ tier, ...simd });
    }
  });

  it('takes class folders by its names', async () => {
    const truth = readFileSync(digits('test_labels_u8.bin'));
    const images = readFileSync(pixels);
    mkdirSync(files('folders'));
    for (const name of ['nine', 'one']) {
      mkdirSync(files(`folders/${name}`));
      for (let i = 0; i < 60; i++) {
        if (truth[i] !== names.indexOf(name)) continue;
        writeFileSync(files(`folders/${name}/${i}.npy`), npy('|u1', [8, 8], images.subarray(64 * i, 64 * (i + 1))));
      }
    }
    const { top1, classes } = await evaluate(model, files('folders'));
    expect(top1).toBe(1);
    expect(classes.filter(({ count }) => count > 0).map(({ index }) => index)).toEqual([1, 9]);
  });

  it('takes class folders of pictures, and pictures one by one, for int8 and for float', async () => {
    const [images, truth] = [readFileSync(pixels), readFileSync(digits('test_labels_u8.bin'))];
    mkdirSync(files('pictures'));
    for (const name of names) mkdirSync(files(`pictures/${name}`));
    const paths = Array.from(truth.subarray(0, 60), (label, i) => files(`pictures/${names[label]}/${i}.png`));
    for (const [i, path] of paths.entries()) {
      writeFileSync(path, greyPng(images.subarray(64 * i, 64 * (i + 1)), 8, 8));
    }
    writeFileSync(files('first.bin'), images.subarray(0, 60 * 64));
    writeFileSync(files('first.txt'), truth.subarray(0, 60).join('\n'));
    const same = ['--float', network, ...weights];
    const expected = await evaluate(model, files('first.bin'), '--labels', files('first.txt'), ...same);
    expect(expected.count).toBe(60);
    expect(await evaluate(model, files('pictures'), ...same)).toEqual(expected);
    expect(await evaluate(model, ...paths, '--labels', files('first.txt'), ...same)).toEqual(expected);
  });

  it('prints a matrix with names, recall and the standard error', async () => {
    const { out } = await cli('eval', model, pixels, ...labels, '--float', network, ...weights);
    expect(out).toMatch(
      /^int8 {2}top-1 \d\d\.\d % \(17[78] of 180\), standard error \d\.\d points\nfloat top-1 98\.9 % \(178 of 180\)\nthe same class on 1\d\d of 180 images/,
    );
    expect(out).toMatch(/^2 two +· +· +30 .* 30 +100\.0 %$/m);
  });

  it.each<[string, string[], number, RegExp]>([
    ['images without true classes', [], 2, /give --labels FILE/],
    [
      'a name that is not a class',
      ['--labels', 'bad.txt'],
      1,
      /bad\.txt: line 2 is "eleven": a class number or name \(zero, one/,
    ],
    [
      'a class too high',
      ['--labels', 'high.npy'],
      1,
      /high\.npy: image 1 has the class 10, but the output has 10 \(0 to 9\)/,
    ],
    ['too few true classes', ['--labels', 'few.txt'], 1, /few\.txt: 3 true classes for 180 images/],
    ['weights for nothing', [...labels, ...weights], 2, /--weights and --seed are for a network\.json/],
  ])('refuses %s', async (_, args, wanted, message) => {
    writeFileSync(files('bad.txt'), 'one\neleven\n');
    writeFileSync(files('few.txt'), '1\n2\n3\n');
    writeFileSync(files('high.npy'), npy('<i4', [180], new Int32Array(180).fill(10, 1)));
    const own = args.map((arg) => (/^\w+\.(txt|npy)$/.test(arg) ? files(arg) : arg));
    const { status, err } = await cli('eval', model, pixels, ...own);
    expect(status).toBe(wanted);
    expect(err).toMatch(message);
  });
});

it('dequantises quantised inputs, in int8 and in float', async () => {
  const args = [digitsModel, digits('test_inputs_int8_nhwc.bin'), ...labels];
  const { top1, float } = await evaluate(...args, '--float', digits('litenet_digits_float.tflite'));
  expect(top1).toBeCloseTo(177 / 180, 12);
  expect(float?.top1).toBeGreaterThanOrEqual(177 / 180);
});

it('takes units for a model that stores none', async () => {
  expect((await evaluate(digitsModel, pixels, ...labels, '--mean', '8', '--std', '8')).top1).toBeGreaterThan(0.97);
});

it('runs float models by themselves', async () => {
  const result = await evaluate(network, ...[pixels, ...labels, ...weights, ...units]);
  expect(result).toMatchObject({ execution: 'float', count: 180, correct: 178 });
  expect(result.tier).toBeUndefined();
  const { status, err } = await cli('eval', network, pixels, ...labels, ...weights, '--float', network);
  expect(status).toBe(2);
  expect(err).toMatch(/it is a float model itself/);
});

it('takes class folders in natural order where there are no names, and says where others would not', async () => {
  const at = temporary();
  for (let i = 0; i < 10; i++) {
    mkdirSync(at(`c${i + 1}`));
    writeFileSync(at(`c${i + 1}/1.npy`), npy('|u1', [8, 8], new Uint8Array(64)));
  }
  const { status, out, err } = await cli('eval', network, at('.'), ...weights, ...units, '--json');
  expect(status).toBe(0);
  expect((JSON.parse(out) as Evaluation).classes.map(({ count }) => count)).toEqual(new Array(10).fill(1));
  expect(err).toMatch(
    /warning: class folders are taken in natural order, "c2" as class 1; torchvision's ImageFolder has "c10"/,
  );
});

it('lists the most confused pairs where a matrix would be too wide', async () => {
  const at = temporary();
  const wide = JSON.parse(readFileSync(network, 'utf8'));
  wide.layers.at(-1).out = 30;
  writeFileSync(at('wide.json'), JSON.stringify(wide));
  const { status, out } = await cli('eval', at('wide.json'), pixels, ...labels, '--seed', '3', ...units);
  expect(status).toBe(0);
  expect(out).toMatch(/^most often confused +predicted +images$/m);
  expect(out).toMatch(/^least recalled +images +recall$/m);
});

describe('an output of one value', () => {
  const networkOf = (last: object[]) => ({
    name: 'n',
    input: { channels: 1, height: 8, width: 8 },
    layers: [{ type: 'AdaptiveAvgPool2d' }, { type: 'Conv2d', in: 1, out: 1, kernel: 1 }, ...last],
  });

  async function quantized(last: object[]) {
    const at = temporary();
    writeFileSync(at('network.json'), JSON.stringify(networkOf(last)));
    const images = npy(
      '<f4',
      [8, 8, 8, 1],
      Float32Array.from({ length: 512 }, (_, i) => (i < 256 ? -2 : 2)),
    );
    writeFileSync(at('images.npy'), images);
    writeFileSync(at('truth.txt'), [0, 0, 0, 0, 1, 1, 1, 0].join('\n'));
    const made = await cli(
      'quantize',
      at('network.json'),
      '--seed',
      '1',
      '--data',
      at('images.npy'),
      '-o',
      at('m.lbm'),
    );
    expect(made.status).toBe(0);
    return { at, made };
  }

  it('is a probability after a Sigmoid: two classes, parted at 0.5, in int8 and in float', async () => {
    const { at, made } = await quantized([{ type: 'Sigmoid' }]);
    expect(made.out).toMatch(/same side of 0\.5 as float +8 of 8 images/);
    const truth = ['--labels', at('truth.txt'), '--float', at('network.json'), '--seed', '1'];
    const { correct, confusion, agreement, float } = await evaluate(at('m.lbm'), at('images.npy'), ...truth);
    expect([7, 1]).toContain(correct); // seeded weights may turn the sign: all images of a class fall on one side
    expect(confusion).toEqual(correct === 7 ? [[4, 1], [0, 3]] : [[1, 4], [3, 0]]); // biome-ignore format: a matrix
    expect(agreement?.same).toBe(8);
    expect(float?.correct).toBe(correct);
  });

  it('that is not a probability names no class', async () => {
    const { at } = await quantized([]);
    const { status, err } = await cli('eval', at('m.lbm'), at('images.npy'), '--labels', at('truth.txt'));
    expect(status).not.toBe(0);
    expect(err).toContain('its output is one value, but not a probability from 0 to 1');
  });

  it('of each pixel is a map, which run prints', async () => {
    const { at } = await quantized([]);
    const map = { ...networkOf([]), layers: [{ type: 'Conv2d', in: 1, out: 2, kernel: 1 }] };
    writeFileSync(at('map.json'), JSON.stringify(map));
    const args = ['--seed', '1', '--labels', at('truth.txt')];
    const { status, err } = await cli('eval', at('map.json'), at('images.npy'), ...args);
    expect(status).not.toBe(0);
    expect(err).toContain('its output is a map of 8×8×2: expected a score for each class, or one probability');
  });
});
