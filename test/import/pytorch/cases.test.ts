import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { importFile, importUnlowered } from '../../../src/compiler/import-file.ts';
import { evaluateFloat } from '../../../src/ops/evaluate-float.ts';
import { imagesOf, relativeError } from './nchw.ts';

interface Values {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** Programs and outputs of PyTorch (scripts/make-pytorch-cases.py). */
const folder = 'test/data/pytorch';
const { cases } = JSON.parse(readFileSync(`${folder}/cases.json`, 'utf8')) as {
  readonly cases: Readonly<Record<string, { readonly input: Values; readonly outputs: readonly Values[] }>>;
};

/** Against the largest value of an output: float32 in another order. */
const tolerance = 1e-5;

/** An output as the graph gives it: maps as rows of pixels, all else in PyTorch's order. */
const given = ({ shape, data }: Values): Float32Array[] =>
  shape.length === 4
    ? imagesOf(Float32Array.from(data), shape)
    : imagesOf(Float32Array.from(data), [shape[0], data.length / shape[0]]);

it('has every program that there is a case for, and no other', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.pt2'));
  expect(files.sort()).toEqual(
    Object.keys(cases)
      .map((name) => `${name}.pt2`)
      .sort(),
  );
});

describe.each(Object.entries(cases))('%s', (name, { input, outputs }) => {
  const bytes = new Uint8Array(readFileSync(`${folder}/${name}.pt2`));
  const images = imagesOf(Float32Array.from(input.data), input.shape);

  it.each([
    ['as it was imported', importUnlowered],
    ['folded and fused', importFile],
  ])('gives the values of PyTorch, %s', async (_, read) => {
    const run = evaluateFloat(await read(bytes, name));
    for (const [i, image] of images.entries()) {
      const made = run([image]);
      expect(made.length).toBe(outputs.length);
      for (const [k, output] of outputs.entries()) {
        const theirs = given(output)[i];
        expect(made[k].length).toBe(theirs.length);
        expect(relativeError(made[k], theirs)).toBeLessThan(tolerance);
        // A constant answer would not pass.
        expect(theirs.length === 1 || theirs.some((value) => value !== theirs[0])).toBe(true);
      }
    }
  });
});
