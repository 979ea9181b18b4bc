import { describe, expect, it } from 'vitest';
import { requantizeOne } from '../../src/arithmetic/fixed-point.ts';
import { add, sub } from '../../src/kernels/add.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const attributes = { activation: 'none' } as const;
const map = (name: string, given?: Parameters<typeof tensor>[2]) => tensor(name, [1, 2, 2, 3], given);
const pixel = tensor('pixel', [1, 1, 1, 3], { scale: 0.5, zeroPoint: 7 });

describe('operands', () => {
  it('are the inputs in order where both have the shape of y', () => {
    expect(add.operands?.(viewOf(attributes, [map('a'), map('b')], map('y')))).toEqual([0, 1]);
    expect(add.operands?.(viewOf(attributes, [map('a'), pixel], map('y')))).toEqual([0, 1]);
  });

  it('change places where the first is broadcast, and their tables with them', () => {
    const view = viewOf(attributes, [pixel, map('b', { scale: 0.25 })], map('y'));
    expect(add.operands?.(view)).toEqual([1, 0]);
    const data = dataSection();
    const words = add.pack(view, data);
    expect(data.at(words.tableX)[1]).toBe(2 ** 18); // 1 · 2^20 · 0.25 / (2 · 0.5)
    expect(data.at(words.tableX2)[7]).toBe(0);
    expect(data.at(words.tableX2)[8]).toBe(2 ** 19);
  });

  it('are refused where both are broadcast', () => {
    expect(add.refuses(viewOf(attributes, [pixel, pixel], map('y')))).toBe(
      'both inputs are broadcast; at most one may be',
    );
    expect(add.refuses(viewOf(attributes, [pixel, map('b')], map('y')))).toBeUndefined();
  });
});

it('indexes terms by byte: 255 is −1', () => {
  const data = dataSection();
  const words = add.pack(viewOf(attributes, [map('a'), map('b', { zeroPoint: -1 })], map('y')), data);
  const [x, x2] = [data.at(words.tableX), data.at(words.tableX2)];
  expect([x[0], x[1], x[127], x[128], x[255]]).toEqual([0, 1, 127, -128, -1].map((q) => q * 2 ** 19));
  expect([x2[0], x2[255], x2[128]]).toEqual([1, 0, -127].map((q) => q * 2 ** 19));
  expect(x).toHaveLength(256);
});

it('negates the table of what is subtracted, whichever operand that is', () => {
  const tables = (a: typeof pixel, b: typeof pixel) => {
    const data = dataSection();
    const words = sub.pack(viewOf(attributes, [a, b], map('y')), data);
    return [data.at(words.tableX)[8], data.at(words.tableX2)[8]];
  };
  expect(tables(map('a'), pixel)).toEqual([2 ** 22, -(2 ** 18)]);
  expect(tables(pixel, map('b'))).toEqual([-(2 ** 22), 2 ** 18]);
});

it('leaves exact ties to the two roundings of the last stage', () => {
  // Scales 1 and 1 into 2: y = (a + b) / 2, whose multiplier is exactly 2^30.
  const data = dataSection();
  const words = add.pack(viewOf(attributes, [map('a'), map('b')], map('y', { scale: 2 })), data);
  expect(words).toMatchObject({ multiplier: 2 ** 30, shift: -19, yMin: -128, yMax: 127 });
  const sum = (a: number, b: number) =>
    requantizeOne(
      (data.at(words.tableX)[a & 0xff] as number) + (data.at(words.tableX2)[b & 0xff] as number),
      words.multiplier as number,
      words.shift as number,
    );
  expect([sum(1, 0), sum(3, 0), sum(-1, 0), sum(-2, -1), sum(4, 2)]).toEqual([1, 2, -1, -2, 3]); // away from zero
});

it('refuses other types', () => {
  expect(add.refuses(viewOf(attributes, [map('a', { dtype: 'u8' }), map('b')], map('y')))).toBe('a "a" is u8 (i8)');
});
