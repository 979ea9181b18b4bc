import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { load } from '../../../src/runtime/node.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

it('the model of the templates is the digits network of the tests', () => {
  expect(readFileSync('templates/digits.tflite').equals(readFileSync(digitsModel))).toBe(true);
});

describe.each(['page', 'worker', 'wasmtime'])('init %s', (place) => {
  it('writes its files, and says what to type next', async () => {
    const folder = temporary()('project');
    const { status, out, err } = await cli('init', place, folder, '--json');
    expect({ status, err }).toEqual({ status: 0, err: '' });
    const { files, next } = JSON.parse(out) as { files: { name: string; bytes: number }[]; next: string[] };
    expect(readdirSync(folder).sort()).toEqual(files.map(({ name }) => name).sort());
    for (const { name, bytes } of files) expect(readFileSync(join(folder, name))).toHaveLength(bytes);
    expect(next.length).toBeGreaterThan(0);
  });

  it('takes a model, with labels, mean and std', async () => {
    const at = temporary();
    writeFileSync(at('classes.txt'), Array.from({ length: 10 }, (_, i) => `class ${i}`).join('\n'));
    const options = ['--model', digitsModel, '--labels', at('classes.txt'), '--mean', '120', '--std', '120'];
    expect(await cli('init', place, at('project'), ...options)).toMatchObject({ status: 0 });
    const name = place === 'page' ? 'model.lbm' : 'model.wasm';
    if (place === 'wasmtime') return;
    const model = await load(join(at('project'), name));
    expect(model.labels[3]).toBe('class 3');
    expect(model.preprocessing).toEqual({ mean: [120], std: [120] });
  });
});

it('writes nothing into a folder that has files', async () => {
  const folder = temporary()('full');
  mkdirSync(folder);
  writeFileSync(join(folder, 'mine.txt'), 'mine');
  const { status, err } = await cli('init', 'page', folder);
  expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining('the folder is not empty') });
  expect(readdirSync(folder)).toEqual(['mine.txt']);
  const file = await cli('init', 'page', join(folder, 'mine.txt'));
  expect(file).toMatchObject({ status: 2, err: expect.stringContaining('this is a file') });
});

it('refuses places that do not exist, and labels without a model', async () => {
  const folder = temporary()('project');
  expect(await cli('init', 'pages', folder)).toMatchObject({
    status: 2,
    err: expect.stringContaining('Did you mean page?'),
  });
  expect(await cli('init', 'page', folder, '--mean', '8')).toMatchObject({
    status: 2,
    err: expect.stringContaining('need a --model'),
  });
  const lbm = temporary()('m.lbm');
  await cli('compile', digitsModel, '-o', lbm);
  expect(await cli('init', 'page', folder, '--model', lbm, '--mean', '8')).toMatchObject({ status: 2 });
  expect(await cli('init', 'page', folder, '--model', digits('missing.lbm'))).toMatchObject({ status: 1 });
});
