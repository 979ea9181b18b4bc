import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile, evaluateQuantized, importModel } from '../../src/compiler/index.ts';
import { cli, digitsModel, temporary } from '../cli/cli.ts';

it('gives the file of liteblock compile: labels, mean and std, known answer', async () => {
  const inFolder = temporary();
  const labels = Array.from({ length: 10 }, (_, i) => `digit ${i}`);
  writeFileSync(inFolder('classes.txt'), labels.join('\n'));
  const args = ['compile', digitsModel, '--labels', inFolder('classes.txt'), '--mean', '8', '--std', '8'];
  expect(await cli(...args, '-o', inFolder('digits.lbm'))).toMatchObject({ status: 0 });
  const graph = importModel(new Uint8Array(readFileSync(digitsModel)), digitsModel);
  const preprocessing = { mean: [8], std: [8] };
  const { bytes } = compile(graph, { labels, preprocessing, evaluate: evaluateQuantized });
  expect(Buffer.from(bytes).equals(readFileSync(inFolder('digits.lbm')))).toBe(true);
});
