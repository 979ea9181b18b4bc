import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { readModel } from '../../../src/format/read.ts';
import { writeTflite } from '../../import/write-tflite.ts';
import { cli, digits, digitsModel, temporary } from '../cli.ts';

it('writes a .lbm, the same bytes every time, and prints its figures', async () => {
  const at = temporary();
  const { status, out } = await cli('compile', digitsModel, '-o', at('a.lbm'));
  await cli('compile', digitsModel, '-o', at('b.lbm'));
  const bytes = readFileSync(at('a.lbm'));
  expect(status).toBe(0);
  expect(bytes.equals(readFileSync(at('b.lbm')))).toBe(true);
  const { ramBytes } = readModel(bytes);
  expect(out).toContain(`RAM ${ramBytes.toLocaleString('en')} bytes`);
  expect(out).toContain(`${bytes.length.toLocaleString('en')} bytes, from ${digitsModel}, 13,136 bytes`);
  expect(readdirSync(dirname(at('a.lbm'))).sort()).toEqual(['a.lbm', 'b.lbm']);
});

it('writes nothing on failure and leaves what was there', async () => {
  const at = temporary();
  writeFileSync(at('cut.tflite'), readFileSync(digitsModel).subarray(0, 5000));
  writeFileSync(at('old.lbm'), 'as it was');
  const { status, err } = await cli('compile', at('cut.tflite'), '-o', at('old.lbm'));
  expect(status).toBe(1);
  expect(err).toContain('cut.tflite: ');
  expect(readFileSync(at('old.lbm'), 'utf8')).toBe('as it was');
  expect((await cli('compile', at('cut.tflite'), '-o', at('new.lbm'))).status).toBe(1);
  expect(existsSync(at('new.lbm'))).toBe(false);
});

it('says of a float model how it is quantised first', async () => {
  const output = temporary()('float.lbm');
  const { status, err } = await cli('compile', digits('litenet_digits_float.tflite'), '-o', output);
  expect(status).toBe(1);
  expect(err).toMatch(
    /the model is float32: quantise it first, with liteblock quantize MODEL --data IMAGES -o out\.lbm/,
  );
  expect(existsSync(output)).toBe(false);
});

it('lists every node that is not supported, each once', async () => {
  const at = temporary();
  const output = at('unknown.lbm');
  const indices = Array.from({ length: 6 }, (_, i) => i);
  const model = writeTflite({
    tensors: [...indices, 6].map(() => ({ shape: [1, 2], scale: [0.5], zeroPoint: [0] })),
    operators: indices.map((i) => ({ name: 'TANH', inputs: [i], outputs: [i + 1] })),
    inputs: [0],
    outputs: [6],
  });
  writeFileSync(at('unknown.tflite'), model);
  const { status, err } = await cli('compile', at('unknown.tflite'), '-o', output);
  expect(status).toBe(1);
  expect(existsSync(output)).toBe(false);
  const nodes = err.split('\n').flatMap((line) => /node (\d+) /.exec(line)?.[1] ?? []);
  expect(nodes.length).toBeGreaterThan(5);
  expect(new Set(nodes).size).toBe(nodes.length);
});

it('says when the directory does not exist', async () => {
  const { status, err } = await cli('compile', digitsModel, '-o', temporary()('none/a.lbm'));
  expect(status).toBe(1);
  expect(err).toContain('it could not be written');
});

it('refuses to compile a .lbm', async () => {
  const lbm = temporary()('a.lbm');
  await cli('compile', digitsModel, '-o', lbm);
  expect(await cli('compile', lbm, '-o', `${lbm}.lbm`)).toMatchObject({
    status: 2,
    err: `error: ${lbm}: this file is compiled already: liteblock run ${lbm} IMAGES\n`,
  });
});
