import { expect, it } from 'vitest';
import { maximum, minimum, squaredDifference } from '../../src/kernels/combine.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const attributes = { activation: 'none' } as const;
const map = (name: string, given?: Parameters<typeof tensor>[2]) => tensor(name, [1, 2, 2, 3], given);
const pixel = tensor('pixel', [1, 1, 1, 3], { scale: 0.5, zeroPoint: 7 });

it('counts values as they are for the lesser and the greater', () => {
  const data = dataSection();
  const words = minimum.pack(viewOf(attributes, [map('a'), map('b')], map('y')), data);
  expect(words).toMatchObject({ of: 0, multiplier: 0, shift: 0, yMin: -128, yMax: 127 });
  expect([0, 127, 128, 255].map((byte) => data.at(words.tableX)[byte])).toEqual([0, 127, -128, -1]);
  expect(data.at(words.tableX2)).toEqual(data.at(words.tableX));
  expect(maximum.pack(viewOf(attributes, [map('a'), map('b')], map('y')), data)).toMatchObject({ of: 1 });
});

it('brings terms of a squared difference to twice the larger scale, in the order of the operands', () => {
  const view = viewOf(attributes, [pixel, map('b', { scale: 0.25 })], map('y'));
  expect(squaredDifference.operands?.(view)).toEqual([1, 0]);
  const data = dataSection();
  const words = squaredDifference.pack(view, data);
  expect(words.of).toBe(2);
  expect(data.at(words.tableX)[4]).toBe(128); // 4 · 2^7 · 0.25 / (2 · 0.5)
  expect([data.at(words.tableX2)[7], data.at(words.tableX2)[8]]).toEqual([0, 64]);
});

it('refuses two operands that are broadcast, and a ratio of scales that cannot be shifted', () => {
  expect(minimum.refuses(viewOf(attributes, [pixel, pixel], map('y')))).toBe(
    'both inputs are broadcast; at most one may be',
  );
  const tiny = map('y', { scale: 1e-30 });
  expect(squaredDifference.refuses(viewOf(attributes, [map('a'), map('b')], tiny))).toMatch(/below 2\^30/);
});
