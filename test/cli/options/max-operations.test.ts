import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { bundle } from '../../../src/bundle/bundle.ts';
import { readHeader } from '../../../src/format/read.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

const images = digits('test_images_u8.bin');
const labels = digits('test_labels_u8.bin');
const values = digits('test_inputs_int8_nhwc.bin');

/** A `.lbm` and a bundle of it, and what a run of them takes. */
async function compiled(): Promise<{ lbm: string; bundled: string; operations: number }> {
  const at = temporary();
  const [lbm, bundled] = [at('digits.lbm'), at('digits.wasm')];
  await cli('compile', digitsModel, '--mean', '8', '--std', '8', '-o', lbm);
  const bytes = readFileSync(lbm);
  writeFileSync(bundled, bundle(bytes, readFileSync('build/engine.simd.wasm')));
  return { lbm, bundled, operations: readHeader(bytes).operations };
}

it.each([
  ['run', ({ lbm }) => [lbm, images]],
  ['eval', ({ lbm }) => [lbm, images, '--labels', labels]],
  ['bench', ({ lbm }) => [lbm, '--runs', '1']],
  ['bench', ({ bundled }) => [bundled, '--runs', '1']],
  ['diff', ({ lbm }) => [lbm, lbm, '--input', values, '--raw']],
  ['diff', () => [digitsModel, digitsModel, '--input', values, '--raw']],
] as const satisfies [string, (files: Awaited<ReturnType<typeof compiled>>) => string[]][])(
  '%s refuses a model above --max-operations, and takes one that has as many',
  async (command, args) => {
    const files = await compiled();
    const most = (limit: number | string) => cli(command, ...args(files), '--max-operations', `${limit}`);
    const { status, err } = await most(1000);
    expect(status).toBe(1);
    expect(err).toMatch(/a run takes \d+ elementary operations, the limit is 1000: raise it/);
    for (const enough of ['1e9', 'Infinity']) expect(await most(enough)).toMatchObject({ status: 0, err: '' });
  },
);

it('verify refuses a model above --max-operations before any runtime is started', async () => {
  const { lbm, operations } = await compiled();
  const { status, err } = await cli('verify', lbm, '--max-operations', `${operations - 1}`);
  expect(status).toBe(1);
  expect(err).toContain(`the limit is ${operations - 1}: raise it`);
});

it.each(['-1', 'many', '', 'NaN'])('refuses "%s" operations as wrong usage', async (limit) => {
  const { status, err } = await cli('run', digitsModel, values, `--max-operations=${limit}`);
  expect(status).toBe(2);
  expect(err).toContain('expected a number of 0 or more, or Infinity');
});

it('bench refuses runs with which it would not end', async () => {
  expect(await cli('bench', digitsModel, '--runs', '0')).toMatchObject({
    status: 2,
    err: expect.stringContaining('expected a whole number of 1 or more'),
  });
});
