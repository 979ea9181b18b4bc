import { expect, it } from 'vitest';
import { placesOf } from '../../../src/analyze/diff/places.ts';
import { preparationOf } from '../../../src/analyze/diff/rules/inputs.ts';
import type { Terms } from '../../../src/analyze/diff/terms.ts';

const shape = [1, 6, 6, 3] as const;
const size = 6 * 6 * 3;

/** Zeros in A; in B `value` wherever `where` says so. */
function places(where: (row: number, column: number, channel: number) => boolean, value = 1): string[] {
  const b = Int8Array.from({ length: size }, (_, i) =>
    where(Math.floor(i / 18), Math.floor(i / 3) % 6, i % 3) ? value : 0,
  );
  const terms: Terms = { a: new Int8Array(size), b, unit: 'step', notes: [] };
  return placesOf(terms, shape, 0);
}

it('tells sides of the border, also a border of two rows', () => {
  const side = 'only at the border of the map: ';
  expect(places((row) => row === 0)).toContain(`${side}the first row`);
  expect(places((row, column) => row === 5 || column === 5)).toContain(`${side}the last row, the last column`);
  expect(places((row, column) => Math.min(row, column, 5 - row, 5 - column) < 2)).toContain(
    `${side}the first 2 rows, the last 2 rows, the first 2 columns, the last 2 columns`,
  );
  expect(places((row, column) => (row === 0 || row === 5) && (column === 0 || column === 5))).toContain(
    `${side}its corners`,
  );
  expect(places(() => true).join()).not.toContain('border');
});

it('tells rows, columns, channels and directions', () => {
  expect(places((row) => row === 3)).toEqual([
    'only in row 3 of 6',
    'in all 3 channels',
    'B is always 1 greater',
    '100 % of them are 0 in A',
    '100 % of them are 1 in B',
  ]);
  expect(places((row, _, channel) => row > 0 && channel === 1, -2)).toContain('only in 1 of 3 channels: 1');
  expect(places((row, _, channel) => row > 0 && channel === 1, -2)).toContain('B is always 2 less');
});

it('tells nothing of three values, which have their places in common by chance', () => {
  expect(places((row, column) => row === 0 && column === 0)).toEqual([]);
});

const picture = Float32Array.from({ length: size }, (_, i) => ((i * 37) % 256) - 3);
const prepared = (b: Float32Array): string | undefined =>
  preparationOf({ a: picture, b, unit: 'real', notes: [] }, shape, 1e-4);

it('tells how another input was prepared', () => {
  const moved = (from: (row: number, column: number, channel: number) => number): Float32Array =>
    picture.map((_, i) => picture[from(Math.floor(i / 18), Math.floor(i / 3) % 6, i % 3)] as number);
  expect(prepared(moved((r, c, k) => (r * 6 + c) * 3 + 2 - k))).toMatch(/BGR/);
  expect(prepared(moved((r, c, k) => ((5 - r) * 6 + c) * 3 + k))).toMatch(/upside down/);
  expect(prepared(moved((r, c, k) => (r * 6 + 5 - c) * 3 + k))).toMatch(/mirrored/);
  expect(prepared(moved((r, c, k) => (c * 6 + r) * 3 + k))).toMatch(/rows and columns are swapped/);
  expect(prepared(picture.map((x) => x / 127.5 - 1))).toMatch(/B = 0\.007843 · A − 1$/);
  expect(prepared(picture.map((x, i) => (x - (1 + (i % 3))) / 4))).toMatch(
    /channel 0 0\.25 · A − 0\.25, channel 1 0\.25 · A − 0\.5, channel 2 0\.25 · A − 0\.75$/,
  );
  expect(prepared(picture.map((x) => x * x))).toBeUndefined();
});
