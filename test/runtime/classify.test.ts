import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { compile, importModel } from '../../src/compiler/index.ts';
import { bestClasses, classify, inputOfImage, load } from '../../src/runtime/node.ts';
import { digitsModel } from '../cli/cli.ts';
import { digits } from '../support/pictures.ts';
import { entry } from './fake-engine.ts';

const labels = Array.from({ length: 10 }, (_, i) => `digit ${i}`);
const graph = importModel(new Uint8Array(readFileSync(digitsModel)), digitsModel);

it('classify names an ImageData as a run of its pixels does', async () => {
  const model = await load(compile(graph, { labels, preprocessing: { mean: [8], std: [8] } }).bytes);
  const grey = digits.pixels(0);
  const data = Uint8ClampedArray.from(Array.from(grey).flatMap((value) => [value, value, value, 255]));
  const image = { data, width: 8, height: 8 };
  const scores = model.run(inputOfImage(model, image))[0] as Int8Array;
  const best = scores.indexOf(Math.max(...scores));
  const { scale, zeroPoint } = model.outputs[0] as (typeof model.outputs)[number];
  const classes = classify(model, image);
  expect(classes).toHaveLength(5);
  expect(classes[0]).toEqual({
    index: best,
    label: `digit ${best}`,
    score: scale * ((scores[best] as number) - zeroPoint),
  });
  expect(classify(model, image, 20)).toHaveLength(10);
});

it('bestClasses takes an output of indices for the classes that it names', () => {
  const of = (dtype: 'i32' | 'i64') => ({ labels: ['a', 'b'], outputs: [entry({ dtype, scale: 0, zeroPoint: 0 })] });
  const expected = [
    { index: 1, label: 'b', score: undefined },
    { index: 300, label: undefined, score: undefined },
  ];
  expect(bestClasses(of('i32'), Int32Array.of(1, 300))).toEqual(expected);
  expect(bestClasses(of('i64'), BigInt64Array.of(1n, 300n, 0n), 2)).toEqual(expected);
});

it('bestClasses puts the lower index first of equal scores, and takes float scores unchanged', () => {
  const of = (dtype: 'i8' | 'f32', scale: number, zeroPoint: number) => ({
    labels: ['a', 'b'],
    outputs: [entry({ dtype, scale, zeroPoint, imageBytes: dtype === 'f32' ? 8 : 3 })],
  });
  expect(bestClasses(of('i8', 0.5, -2), Int8Array.of(3, 7, 7), 2)).toEqual([
    { index: 1, label: 'b', score: 4.5 },
    { index: 2, label: undefined, score: 4.5 },
  ]);
  expect(bestClasses(of('f32', 0, 0), Float32Array.of(0.25, -1), 1)).toEqual([{ index: 0, label: 'a', score: 0.25 }]);
});

it('bestClasses refuses scores that are not one value a class', () => {
  const model = { labels: [], outputs: [entry({ imageBytes: 3 })] };
  expect(() => bestClasses(model, new Int8Array(6))).toThrow('bestClasses: scores: expected 3 of one image, got 6');
});
