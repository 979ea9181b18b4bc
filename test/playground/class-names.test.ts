import { describe, expect, it } from 'vitest';
import { checkClassNames, parseClassNames, textOf } from '../../examples/playground/src/class-names.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('class names', () => {
  it.each([
    ['one a line', 'cat\ndog\n\n', ['cat', 'dog']],
    ['lines of Windows, after a byte order mark', '\uFEFFcat\r\ndog\r\n', ['cat', 'dog']],
    ['by commas', 'cat, dog,bird', ['cat', 'dog', 'bird']],
    ['with commas in lines', 'tench, Tinca tinca\ngoldfish', ['tench, Tinca tinca', 'goldfish']],
    ['after their numbers', '0 cat\n1: dog\n2,bird', ['cat', 'dog', 'bird']],
    ['that are numbers', '0\n1\n2', ['0', '1', '2']],
    ['of which some begin with a number', '3 cats\n1 dog', ['3 cats', '1 dog']],
    ['with an empty one between', 'cat\n\ndog', ['cat', '', 'dog']],
    ['nothing', ' \n\n', []],
  ])('%s', (_, text, names) => {
    expect(parseClassNames(text)).toEqual(names);
  });

  it('have no characters that act on what is around them', () => {
    expect(parseClassNames('c\u0007at\u202E\nd\u2066og')).toEqual(['cat', 'dog']);
  });

  it('are one for each class', () => {
    expect(() => checkClassNames(['a', 'b'], 3)).toThrow(
      '2 class names, but the model has 3 classes: give one name for',
    );
    expect(() => checkClassNames(['a'], 3)).toThrow('1 class name, but');
    checkClassNames(['a', 'b', 'c'], 3);
    checkClassNames([], 3);
  });

  it('are not a long text', () => {
    expect(() => parseClassNames(`cat\n${'x'.repeat(1001)}`)).toThrow('line 2 is longer than 1000 characters');
    expect(parseClassNames(`cat\n${'x'.repeat(1000)}`)).toHaveLength(2);
  });

  it('are text in UTF-8', () => {
    expect(textOf({ name: 'a.txt', bytes: bytes('Käse\n') })).toBe('Käse\n');
    expect(() => textOf({ name: 'a.txt', bytes: Uint8Array.of(65, 0, 66) })).toThrow(
      'a.txt: expected a text file with one name',
    );
    expect(() => textOf({ name: 'a.txt', bytes: Uint8Array.of(0xe4, 65) })).toThrow('in UTF-8');
  });
});
