import { expect, it } from 'vitest';
import { isPreprocessing, realOfPixels } from '../../src/format/preprocessing.ts';
import { readModel } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write.ts';
import { entry, modelFile } from '../runtime/fake-engine.ts';

it('makes pixels float values, channel by channel', () => {
  const pixels = Uint8Array.of(0, 8, 16, 255);
  expect([...realOfPixels(pixels, { mean: [8], std: [8] })]).toEqual([-1, 0, 1, 30.875]);
  expect([...realOfPixels(pixels, { mean: [0, 8], std: [2] })]).toEqual([0, 0, 8, 123.5]);
  expect(realOfPixels(Uint8Array.of(255), { mean: [127.3], std: [58.1] })[0]).toBe(
    Math.fround(Math.fround(255 - Math.fround(127.3)) / Math.fround(58.1)),
  );
});

it.each([
  [{ mean: [1], std: [1, 2, 3] }, true],
  [{ mean: [1, 2, 3], std: [1, 2, 3] }, true],
  [{ mean: [1, 2], std: [1] }, false],
  [{ mean: [1], std: [0] }, false],
  [{ mean: [1], std: [1e-60] }, false],
  [{ mean: [null], std: [1] }, false],
  [{ mean: [], std: [1] }, false],
  [{ mean: 1, std: 1 }, false],
  [{ mean: [1] }, false],
  [null, false],
])('%j for three channels: %s', (value, good) => {
  expect(isPreprocessing(value, 3)).toBe(good);
});

const withPreprocessing = (preprocessing: unknown): Uint8Array => {
  const model = modelFile([entry()], [entry()]);
  const operand = { channels: 3, height: 1, width: 2 } as unknown as (typeof model.operands)[number];
  const words = new Proxy(operand, { get: (target, key) => Reflect.get(target, key) ?? 0 });
  return writeModel({ ...model, operands: [words], metadata: { ...model.metadata, preprocessing } as never });
};

it('is kept in the file, and refused where it does not fit the input', () => {
  const preprocessing = { mean: [1, 2, 3], std: [4] };
  expect(readModel(withPreprocessing(preprocessing)).metadata.preprocessing).toEqual(preprocessing);
  expect(() => readModel(withPreprocessing({ mean: [1, 2], std: [4] }), 'a.lbm')).toThrow(
    'a.lbm: its metadata does not fit: preprocessing: mean and std must be lists of one number or 3, and std must not be 0',
  );
});
