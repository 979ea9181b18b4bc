import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const network = 'examples/networks/litenet-digits.json';
const weights = digits('litenet_digits.safetensors');
const images = digits('calib_images_u8.bin');
const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 12345\n`;
const html = '<!DOCTYPE html><html><body>404</body></html>';
const units = ['--mean', '8', '--std', '8'];

/** Fills a text up, so that its bytes are a whole number of images of 8×8. */
const wholeImages = (text: string): string => text.padEnd(Math.ceil(text.length / 64) * 64);

it('tells a foreign file given as weights, calibration images, labels and true classes, and what to do', async () => {
  const at = temporary();
  writeFileSync(at('lfs'), lfs);
  writeFileSync(at('lfs.npy'), lfs);
  writeFileSync(at('whole'), wholeImages(lfs));
  writeFileSync(at('page'), wholeImages(html));
  const quantize = (data: string, w = weights, ...more: string[]) =>
    cli('quantize', network, '--weights', w, '--data', data, ...units, '-o', at('out.lbm'), ...more);
  for (const { status, err } of [
    await quantize(images, at('lfs')),
    await quantize(at('lfs')),
    await quantize(at('lfs.npy')),
    await quantize(at('whole')),
    await quantize(images, weights, '--labels', at('lfs')),
    await cli('eval', digitsModel, digits('test_images_u8.bin'), ...units, '--labels', at('lfs')),
    await cli('inspect', at('lfs')),
  ]) {
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringMatching(/^error: \S+: this is a git-LFS pointer, .+: run git lfs pull in its repository/),
    });
  }
  const { err } = await quantize(at('page'));
  expect(err).toMatch(/: this is an HTML page: .+ pictures \(\.png, \.jpg, \.bmp\), a \.npy or a headerless file/);
  expect((await quantize(digitsModel)).err).toMatch(/: this is a \.tflite: expected pictures/);
});

it('tells a git-LFS pointer among the pictures of a folder', async () => {
  const at = temporary();
  mkdirSync(at('pictures'));
  writeFileSync(at('pictures/0.png'), lfs);
  const { status, err } = await cli('run', digitsModel, at('pictures'));
  expect(status).toBe(1);
  expect(err).toMatch(/0\.png: this is a git-LFS pointer, .+: run git lfs pull/);
});

it('takes names that begin with a bracket as labels', async () => {
  const at = temporary();
  const labels = ['[noise]', ...'bcdefghij'].join('\n');
  writeFileSync(at('labels.txt'), labels);
  const { status } = await cli('compile', digitsModel, '--labels', at('labels.txt'), '-o', at('out.lbm'));
  expect(status).toBe(0);
});

it('tells a TensorFlow.js model given as MODEL to any command', async () => {
  const at = temporary();
  writeFileSync(at('model.json'), JSON.stringify({ format: 'graph-model', modelTopology: {}, weightsManifest: [] }));
  for (const args of [
    ['inspect', at('model.json')],
    ['compile', at('model.json'), '-o', at('out.lbm')],
    ['quantize', at('model.json'), '--weights', weights, '--data', images, '-o', at('out.lbm')],
  ]) {
    const { status, err } = await cli(...args);
    expect({ status, err }).toEqual({
      status: 1,
      err: expect.stringMatching(
        /^error: \S+model\.json: this is a TensorFlow\.js model, not a network\.json: convert/,
      ),
    });
  }
});

/** The weights of digits with another name for every tensor. */
function renamedWeights(rename: (name: string) => string): Uint8Array {
  const file = readFileSync(weights);
  const start = 8 + Number(file.readBigUInt64LE(0));
  const header = JSON.parse(file.toString('utf8', 8, start)) as Record<string, unknown>;
  const renamed = Object.fromEntries(
    Object.entries(header).map(([name, entry]) => [name === '__metadata__' ? name : rename(name), entry]),
  );
  const text = Buffer.from(JSON.stringify(renamed));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, file.subarray(start)]);
}

it('takes weights whose names have a prefix, says so, and gives the same bytes', async () => {
  const at = temporary();
  writeFileSync(
    at('module.safetensors'),
    renamedWeights((name) => `module.${name}`),
  );
  const made = async (w: string, output: string) => {
    const { status, err } = await cli(
      'quantize',
      network,
      '--weights',
      w,
      '--data',
      images,
      ...units,
      '-o',
      at(output),
    );
    expect(status).toBe(0);
    return { err, bytes: readFileSync(at(output)) };
  };
  const [plain, prefixed] = [await made(weights, 'a.lbm'), await made(at('module.safetensors'), 'b.lbm')];
  expect(plain.err).toBe('');
  expect(prefixed.err).toMatch(/^warning: \S+: the prefix "module\." of its names is ignored\n$/);
  expect(prefixed.bytes.equals(plain.bytes)).toBe(true);
  for (const args of [
    ['inspect', network, '--weights', at('module.safetensors')],
    ['eval', network, digits('test_images_u8.bin'), '--labels', digits('test_labels_u8.bin'), ...units],
    ['diff', network, digits('litenet_digits_float.tflite'), '--input', images, ...units],
  ]) {
    const { err } = await cli(...args, '--weights', at('module.safetensors'));
    expect(err).toContain('the prefix "module." of its names is ignored');
  }
});

it('prints twelve lines, not hundreds, where many weights do not fit, and all of them as JSON', async () => {
  const at = temporary();
  writeFileSync(
    at('other.safetensors'),
    renamedWeights((name) => name.replace('conv1', 'branch')),
  );
  const args = ['inspect', network, '--weights', at('other.safetensors'), '--json'];
  const { status, err, out } = await cli(...args);
  expect(status).toBe(1);
  expect(err.trimEnd().split('\n')).toHaveLength(12);
  expect(JSON.parse(out).error.problems.length).toBeGreaterThan(40);
});
