import { expect, it } from 'vitest';
import { parseBytes } from '../../../src/cli/options/bytes.ts';
import { shorten, table } from '../../../src/cli/print/table.ts';

const columns = [
  { title: '#', align: 'right' },
  { title: 'name', align: 'left', shrinks: true },
  { title: 'MACs', align: 'right' },
] as const;

it('aligns numbers right and names left', () => {
  const rows = [
    ['0', 'stem', '1,024'],
    ['10', 'features/1', '7'],
  ];
  expect(table(columns, rows)).toEqual([' #  name         MACs', ' 0  stem        1,024', '10  features/1      7']);
});

it('shortens names, and nothing else, to the width of the terminal', () => {
  const rows = [['0', 'model/features/12/expand/Relu6', '123,456,789']];
  const lines = table(columns, rows, 32);
  expect(lines).toEqual(['#  name                     MACs', '0  …12/expand/Relu6  123,456,789']);
  expect(table(columns, rows, 5)[1]).toContain('123,456,789');
});

it('keeps the end of what is too long', () => {
  expect(shorten('abcdef', 6)).toBe('abcdef');
  expect(shorten('abcdefg', 6)).toBe('…cdefg');
});

it.each([
  ['60000', 60000],
  ['64KB', 65536],
  ['64 kb', 65536],
  ['1.5MB', 1572864],
  ['0', 0],
])('reads %s as %i bytes', (text, bytes) => {
  expect(parseBytes(text)).toBe(bytes);
});

it.each(['', 'KB', '-1', '1.5', '64 TB', '0x10', '1e3'])('refuses %j as a number of bytes', (text) => {
  expect(() => parseBytes(text)).toThrow('expected a number of bytes such as 60000, 64KB, 1.5MB or 2GB');
});
