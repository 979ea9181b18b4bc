import { readFileSync, writeFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { compile } from '../../../src/compiler/compile.ts';
import { importModel } from '../../../src/compiler/import-model.ts';
import { channelsFirst, layoutOfFile, layoutOfGraph } from '../../../src/jobs/layout.ts';
import { cli, digitsModel, temporary } from '../cli.ts';

const model = 'test/data/cases/nchw_transposes.tflite';
const pixels = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => (i * 37) % 256);

it('a model that takes channels first is described by the transpose in front of it', () => {
  const [first, last] = [model, digitsModel].map((path) => importModel(readFileSync(path), path)) as [
    ReturnType<typeof importModel>,
    ReturnType<typeof importModel>,
  ];
  expect([layoutOfGraph(first), layoutOfGraph(last)]).toEqual(['nchw', 'nhwc']);
  expect([first, last].map((graph) => layoutOfFile(compile(graph).model, 0))).toEqual(['nchw', 'nhwc']);
});

it('an input that another stage reads beside the transpose is not taken for channels first', () => {
  const { model: file } = compile(importModel(readFileSync(model), model));
  const { operand } = file.inputs[0] as { operand: number };
  const sum = { opcode: 'add', words: { x: operand + 1, x2: operand } } as unknown as (typeof file.stages)[number];
  expect(layoutOfFile({ ...file, stages: [...file.stages, sum] }, 0)).toBe('nhwc');
});

it('values of pixels become those of channels', () => {
  expect([...channelsFirst(Uint8Array.of(1, 2, 3, 4, 5, 6), 3)]).toEqual([1, 4, 2, 5, 3, 6]);
});

it('pictures are given channels first to such a model, with a note, and raw values unchanged', async () => {
  const at = temporary();
  writeFileSync(at('picture.png'), encode({ width: 8, height: 8, data: pixels, channels: 3, depth: 8 }));
  const raw = channelsFirst(pixels, 3).map((pixel) => pixel ^ 128);
  writeFileSync(at('raw.bin'), raw);
  const picture = await cli('run', model, at('picture.png'), '-o', at('picture.out'));
  expect(picture.err).toMatch(
    /the input 3×8×8 takes channels first: pictures are transposed \(not with --layout nhwc\)/,
  );
  expect((await cli('run', model, at('raw.bin'), '-o', at('raw.out'))).status).toBe(0);
  expect(readFileSync(at('picture.out'))).toEqual(readFileSync(at('raw.out')));
  const asTheyAre = await cli('run', model, at('picture.png'), '--layout', 'nhwc', '-o', at('other.out'));
  expect(asTheyAre.err).toMatch(/a picture has 1 channel \(grey\) or 3 .* has 8/);
  const told = await cli('run', model, at('picture.png'), '--layout', 'nchw', '-o', at('told.out'));
  expect(told.err).not.toMatch(/channels first/);
  expect(readFileSync(at('told.out'))).toEqual(readFileSync(at('raw.out')));
});
