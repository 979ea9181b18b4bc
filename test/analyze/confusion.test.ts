import fc from 'fast-check';
import { expect, it } from 'vitest';
import { confusionOf, matrixOf, standardError } from '../../src/analyze/confusion.ts';

it('counts by hand: four images, one of them taken for another class', () => {
  const confusion = confusionOf([0, 1, 1, 1], [0, 1, 0, 1], 3, ['cat', 'dog']);
  expect(confusion).toMatchObject({ count: 4, correct: 3, top1: 0.75 });
  expect(confusion.classes).toEqual([
    { index: 0, label: 'cat', count: 1, correct: 1, recall: 1 },
    { index: 1, label: 'dog', count: 3, correct: 2, recall: 2 / 3 },
    { index: 2, count: 0, correct: 0, recall: undefined },
  ]);
  expect(confusion.confused).toEqual([{ truth: 1, predicted: 0, count: 1 }]);
  expect(matrixOf(confusion)).toEqual([
    [1, 0, 0],
    [1, 2, 0],
    [0, 0, 0],
  ]);
});

it('has every image once in its matrix, and the most frequent mistakes first', () => {
  const image = fc.tuple(fc.nat(4), fc.nat(4));
  fc.assert(
    fc.property(fc.array(image, { minLength: 1, maxLength: 60 }), (images) => {
      const [truth, predicted] = [images.map(([t]) => t), images.map(([, p]) => p)];
      const confusion = confusionOf(truth, predicted, 5);
      expect(
        matrixOf(confusion)
          .flat()
          .reduce((a, b) => a + b),
      ).toBe(images.length);
      expect(confusion.correct).toBe(images.filter(([t, p]) => t === p).length);
      const counts = confusion.confused.map(({ count }) => count);
      expect(counts).toEqual([...counts].sort((a, b) => b - a));
    }),
  );
});

it('knows the standard error of a share', () => {
  expect(standardError(0.5, 100)).toBeCloseTo(0.05, 12);
  expect(standardError(1, 10)).toBe(0);
});
