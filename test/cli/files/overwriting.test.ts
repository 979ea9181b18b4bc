import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { writeTflite } from '../../import/write-tflite.ts';
import { greyPng } from '../../support/pictures.ts';
import { cli, digitsModel, temporary } from '../cli.ts';

/** Files that no command could read: it has to refuse before it looks into them. */
const texts = ['n.json', 'w.safetensors', 'x.bin', 'labels.txt', 'm.tflite', 'm.lbm', 'old.lbm'];

function folder(): (name: string) => string {
  const at = temporary();
  for (const name of texts) writeFileSync(at(name), `the text of ${name}`);
  mkdirSync(at('photos/cats'), { recursive: true });
  mkdirSync(at('flat'));
  for (const name of ['photos/cats/1.png', 'flat/1.png']) writeFileSync(at(name), greyPng(new Uint8Array(64), 8, 8));
  linkSync(at('w.safetensors'), at('hard.bin'));
  symlinkSync('w.safetensors', at('soft.bin'));
  symlinkSync('flat', at('link-to-flat'));
  for (const name of ['dangling-a', 'dangling-b']) symlinkSync('not-yet.lbm', at(name));
  return at;
}

/** Every file below a folder and its bytes. */
const contents = (path: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [`${parentPath}/${name}`, readFileSync(`${parentPath}/${name}`, 'base64')]),
  );

const quantize = ['quantize', 'n.json', '--weights', 'w.safetensors', '--labels', 'labels.txt'];

describe('a command that is told to write over a file that it reads', () => {
  it.each([
    ['the weights', [...quantize, '--data', 'x.bin', '-o', 'w.safetensors'], ['-o', '--weights']],
    ['the network', [...quantize, '--data', 'x.bin', '-o', 'n.json'], ['-o', 'MODEL']],
    ['the calibration file', [...quantize, '--data', 'x.bin', '-o', 'x.bin'], ['-o', '--data']],
    ['the labels', [...quantize, '--data', 'x.bin', '-o', 'labels.txt'], ['-o', '--labels']],
    ['a hard link of the weights', [...quantize, '--data', 'x.bin', '-o', 'hard.bin'], ['-o', '--weights']],
    ['a symbolic link to the weights', [...quantize, '--data', 'x.bin', '-o', 'soft.bin'], ['-o', '--weights']],
    ['a calibration picture', [...quantize, '--data', 'flat', '-o', 'flat/1.png'], ['-o', '--data']],
    ['a picture behind a link', [...quantize, '--data', 'link-to-flat', '-o', 'flat/1.png'], ['-o', '--data']],
    ['a picture of a class', [...quantize, '--data', 'photos', '-o', 'photos/cats/1.png'], ['-o', '--data']],
    [
      'the model, as a report',
      [...quantize, '--data', 'x.bin', '-o', 'a', '--report', 'n.json'],
      ['--report', 'MODEL'],
    ],
    ['the model', ['compile', 'm.tflite', '-o', './flat/../m.tflite'], ['-o', 'MODEL']],
    ['the names', ['compile', 'm.tflite', '--labels', 'labels.txt', '-o', 'labels.txt'], ['-o', '--labels']],
    ['its input', ['run', 'm.lbm', 'x.bin', '-o', 'x.bin'], ['-o', 'IMAGES']],
    ['its second input', ['run', 'm.lbm', 'flat', 'x.bin', '-o', 'x.bin'], ['-o', 'IMAGES']],
    ['the model that it runs', ['run', 'm.lbm', 'x.bin', '-o', 'm.lbm'], ['-o', 'MODEL']],
    ['the model that it bundles', ['bundle', 'm.lbm', '-o', 'm.lbm'], ['-o', 'MODEL']],
  ])('refuses before any work: %s', async (_, args, named) => {
    const at = folder();
    const before = contents(at('.'));
    const { status, out, err } = await cli(...args.map((arg, i) => pathIn(at, arg, i)));
    expect({ status, out }).toEqual({ status: 2, out: '' });
    for (const name of named) expect(err).toContain(`${name} ${at('')}`);
    expect(err).toMatch(/reads and would overwrite: give the output another name/);
    expect(contents(at('.'))).toEqual(before);
  });

  it.each([
    ['by name', 'a.lbm', 'a.lbm'],
    ['by another path', 'a.lbm', 'flat/../a.lbm'],
    ['in a folder behind a link', 'flat/a.lbm', 'link-to-flat/a.lbm'],
    ['through links to files that do not exist yet', 'dangling-a', 'dangling-b'],
    ['that is there, and a hard link', 'w.safetensors', 'hard.bin'],
  ])('refuses two outputs that are one file, %s', async (_, output, report) => {
    const at = folder();
    const before = contents(at('.'));
    const args = ['quantize', at('n.json'), '--data', at('x.bin'), '-o', at(output), '--report', at(report)];
    expect(await cli(...args)).toEqual({
      status: 2,
      out: '',
      err: `error: -o ${at(output)} and --report ${at(report)} are the same file: give them two names\n`,
    });
    expect(contents(at('.'))).toEqual(before);
  });

  it('refuses two outputs that differ in case alone only where the file system takes them for one', async () => {
    const at = folder();
    writeFileSync(at('probe'), '');
    const folds = existsSync(at('PROBE'));
    const before = contents(at('.'));
    const args = ['quantize', at('n.json'), '--data', at('x.bin'), '-o', at('a.lbm'), '--report', at('A.lbm')];
    const { err } = await cli(...args);
    expect(err.includes('are the same file')).toBe(folds);
    expect(contents(at('.'))).toEqual(before);
  });

  it('refuses a numbered output that is an input, of a model with several', async () => {
    const at = temporary();
    writeFileSync(at('m.tflite'), twoOutputs());
    writeFileSync(at('x.0.bin'), 'mine');
    const { status, err } = await cli('run', at('m.tflite'), at('x.0.bin'), '-o', at('x.bin'));
    expect([status, err]).toEqual([2, expect.stringContaining(`output 0 ${at('x.0.bin')} is IMAGES`)]);
    expect(readFileSync(at('x.0.bin'), 'utf8')).toBe('mine');
  });
});

/** Two functions of one input. */
const twoOutputs = (): Uint8Array =>
  writeTflite({
    tensors: [0, 1, 2].map(() => ({ shape: [1, 1, 1, 2], scale: [0.5], zeroPoint: [0] })),
    operators: [1, 2].map((output) => ({ name: 'RELU', inputs: [0], outputs: [output] })),
    inputs: [0],
    outputs: [1, 2],
  });

/** All words but the command and options are files of the folder. */
function pathIn(at: (name: string) => string, arg: string, i: number): string {
  const isFile = i > 0 && !arg.startsWith('-');
  return isFile ? at(arg) : arg;
}

it('writes beside the pictures that it reads, and over its own output of before', async () => {
  const at = folder();
  const args = ['run', digitsModel, at('flat'), '-o', at('flat/out.bin')];
  expect((await cli(...args)).status).toBe(0);
  expect((await cli(...args)).status).toBe(0);
  expect(readdirSync(at('flat')).sort()).toEqual(['1.png', 'out.bin']);
});
