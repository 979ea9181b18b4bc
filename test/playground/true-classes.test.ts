import { describe, expect, it } from 'vitest';
import { trueClasses } from '../../examples/playground/src/true-classes.ts';

const numbers = { count: 3, names: [] };
const named = { count: 3, names: ['cat', 'dog', 'bird'] };
const file = (text: string, name = 'labels.csv') => ({ name, bytes: new TextEncoder().encode(text) });
const images = ['a.png', 'b.png', 'c.png'];

describe('true classes', () => {
  it.each([
    ['by file name, in any order', 'c.png,2\na.png,0\nb.png,1\n', numbers, [0, 1, 2]],
    ['under the names of columns', 'file,label\na.png,0\nb.png,1\nc.png,2', numbers, [0, 1, 2]],
    ['by names of classes', 'a.png,bird\nb.png,cat\nc.png,dog', named, [2, 0, 1]],
    ['with tabs or semicolons', 'a.png\t1\nb.png;1\nc.png,1', numbers, [1, 1, 1]],
    ['in quotes, with a path', '"./a.png","1"\n"./b.png",0\nc.png,"2"', numbers, [1, 0, 2]],
    ['in the order of the images', '2\n0\n1\n', numbers, [2, 0, 1]],
    ['of more images than there are', 'a.png,0\nb.png,1\nc.png,2\nd.png,0', numbers, [0, 1, 2]],
  ])('from a file, %s', (_, text, classes, truth) => {
    expect(trueClasses(images, file(text), classes)).toEqual(truth);
  });

  it('from bytes in the order of the images', () => {
    expect(trueClasses(images, { name: 'labels.bin', bytes: Uint8Array.of(0, 2, 1) }, numbers)).toEqual([0, 2, 1]);
  });

  it('tell files of the same name in two folders apart', () => {
    const text = 'x/a.png,0\ny/a.png,1';
    expect(trueClasses(['set/x/a.png', 'set/y/a.png'], file(text), numbers)).toEqual([0, 1]);
  });

  it.each([
    ['named as the classes', ['s/dog/1.png', 's/cat/1.png'], named, [1, 0]],
    ['named by numbers', ['s/2/1.png', 's/0/1.png'], numbers, [2, 0]],
    ['in natural order, one for each class', ['k10/1', 'k2/1', 'k1/1'], numbers, [2, 1, 0]],
  ])('from folders %s', (_, paths, classes, truth) => {
    expect(trueClasses(paths, undefined, classes)).toEqual(truth);
  });

  it('are not known without folders or a file', () => {
    expect(trueClasses(images, undefined, numbers)).toBeUndefined();
    expect(trueClasses(['s/0/a.png', 'b.png'], undefined, numbers)).toBeUndefined();
  });

  it.each([
    ['another number of them', '0\n1', numbers, 'labels.csv: 2 true classes for 3 images: give one for each'],
    [
      'a class beyond the last',
      'a.png,0\nb.png,3\nc.png,1',
      numbers,
      'line 2: "3" is not a class: give a number from 0 to 2',
    ],
    [
      'a name that is none',
      '0\ncow\n1',
      named,
      'line 2: "cow" is not a class: give a number from 0 to 2 or a class name (cat, dog, bird …)',
    ],
    ['an image without one', 'a.png,0\nb.png,1', numbers, 'it has no line for the image "c.png"'],
    ['bytes that are not text', '\0\0', numbers, 'labels.csv: expected a text file with one name a line'],
  ])('refuse %s', (_, text, classes, message) => {
    expect(() => trueClasses(images, file(text), classes)).toThrow(message);
  });

  it('refuse bytes that name no class, and folders that fit no class', () => {
    expect(() => trueClasses(images, { name: 'l.bin', bytes: Uint8Array.of(0, 3, 1) }, numbers)).toThrow(
      'image 1 has the class 3',
    );
    expect(() => trueClasses(['a/1', 'b/1'], undefined, numbers)).toThrow(
      '2 folders of images, but the model has 3 classes',
    );
  });
});
