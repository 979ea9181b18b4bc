import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { describeShared } from '../support/shared-data.ts';
import { cli, temporary } from './cli.ts';

const digits = 'test/data/litenet_digits';
const program = `${digits}/litenet_digits.pt2`;
const pixels = ['--mean', '8', '--std', '8'];

it('quantises a .pt2, evaluates it, and says that a float one is to be quantised', async () => {
  const lbm = temporary()('digits.lbm');
  const made = await cli('quantize', program, '--data', `${digits}/calib_images_u8.bin`, ...pixels, '-o', lbm);
  expect(made.out).toMatch(/same best class as float +1\d\d of 200/);
  const images = [`${digits}/test_images_u8.bin`, '--labels', `${digits}/test_labels_u8.bin`];
  expect((await cli('eval', lbm, ...images)).out).toMatch(/int8 +top-1 98\.9 %/);
  expect((await cli('compile', program, '-o', lbm)).err).toMatch(/the model is float32: quantise it first/);
});

it('shows the layers by their modules, blocks as rows, and maps in the order of the file', async () => {
  const { out } = await cli('inspect', program);
  expect(out).toMatch(/blocks\.0 +LiteBlock/);
  expect(out).toMatch(/ {2}blocks\.0\.conv1\.0 +DepthwiseConv2d/);
  expect(out).toMatch(/in the file "x" is 1×1×8×8, channels first; here they are last/);
  expect((await cli('inspect', program, '--blocks')).out).not.toMatch(/blocks\.0\.conv1/);
});

it('takes weights of torch.save for a network.json, and names the other files that it refuses', async () => {
  const damaged = temporary()('w.pt2');
  writeFileSync(damaged, 'PK\x03\x04');
  expect((await cli('inspect', damaged)).err).toMatch(/this is a zip archive/);
  const network = 'examples/networks/litenet-digits.json';
  expect((await cli('inspect', network, '--weights', program)).err).toMatch(/give it in place of the network\.json/);
});

describeShared('files of PyTorch on the command line', (data) => {
  it('compiles what PyTorch quantised, and will not calibrate it again', async () => {
    const [file, lbm] = [`${data}pytorch/litenet.pt2e.pt2`, temporary()('out.lbm')];
    expect((await cli('compile', file, '-o', lbm)).err).toBe('');
    expect((await cli('inspect', lbm)).out).toMatch(/input 0 +"x" +1×48×48×3 i8, scale 0\.0186493, zero point -14/);
    const again = await cli('quantize', file, '--data', `${data}pytorch/litenet.calib.npy`, '-o', lbm);
    expect(again.err).toMatch(/it is int8 already: liteblock compile/);
  });
});
