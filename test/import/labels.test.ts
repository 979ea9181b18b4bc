import { describe, expect, it } from 'vitest';
import { parseLabels } from '../../src/import/labels.ts';

describe('names of classes', () => {
  const names = ['cat', 'dog', 'guinea pig, brown'];

  it.each([
    ['one a line', 'cat\ndog\nguinea pig, brown\n'],
    [
      'with Windows line ends, a mark of UTF-8 and empty lines at the end',
      '\ufeffcat\r\ndog\r\nguinea pig, brown\r\n\r\n\n',
    ],
    ['with numbers', '0 cat\n1 dog\n2 guinea pig, brown'],
    ['with numbers and tabs', '0\tcat\n1\tdog\n2\tguinea pig, brown'],
    ['with numbers and colons', '0: cat\n1: dog\n2: guinea pig, brown'],
    ['with numbers and commas', '0,cat\n1,dog\n2,guinea pig, brown'],
    ['with numbers from 1 on', '1 cat\n2 dog\n3 guinea pig, brown'],
    ['with numbers in another order', '2 guinea pig, brown\n0 cat\n1 dog'],
    [
      'as comma-separated values with titles',
      'index,mid,display_name\n0,/m/01,cat\n1,/m/02,dog\n2,/m/03,"guinea pig, brown"',
    ],
    ['as comma-separated values in another order', 'name,id\n"guinea pig, brown",3\ncat,1\ndog,2'],
    [
      'as comma-separated values without numbers',
      'label,colour\ncat,grey\ndog,"black, white"\n"guinea pig, brown",brown',
    ],
  ])('%s', (_, text) => {
    expect(parseLabels(text)).toEqual(names);
  });

  it.each([
    ['numbers that are not all there', '0 cat\n2 dog'],
    ['a number twice', '0 cat\n0 dog'],
    ['numbers from 2 on', '2 fast\n3 furious'],
    ['one number', '12 monkeys\nalien'],
    ['a comma', 'tench, Tinca tinca\ngoldfish, Carassius auratus'],
    ['an empty line between', 'a\n\nb'],
  ])('are whole lines with %s', (_, text) => {
    expect(parseLabels(text)).toEqual(text.split('\n'));
  });

  it('are none in an empty text', () => {
    expect(parseLabels('\n \n')).toEqual([]);
  });
});
