import { expect, it } from 'vitest';
import { matMul } from '../../src/ops/mat-mul.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

it('multiplies rows of the first by rows of the second, less their zero points', () => {
  const a = map([1, 2, 2], [2, 3, 4, 5], { scale: 0.5, zeroPoint: 1 }); // [1 2; 3 4]
  const b = map([1, 2, 2], [5, 6, 7, 8], { scale: 1, zeroPoint: 0 });
  // [1·5 + 2·6, 1·7 + 2·8; 3·5 + 4·6, 3·7 + 4·8]
  expect(runReference(matMul, {}, [a, b], { scale: 0.5, zeroPoint: -10 })).toEqual([7, 13, 29, 43]);
});

it('has a product for each row, or one second matrix for all', () => {
  const a = map([2, 1, 1], [3, 5], { scale: 1, zeroPoint: 0 });
  const own = map([2, 1, 1], [2, 4], { scale: 1, zeroPoint: 0 });
  const one = map([1, 1, 1], [2], { scale: 1, zeroPoint: 0 });
  expect(runReference(matMul, {}, [a, own], { scale: 1, zeroPoint: 0 })).toEqual([6, 20]);
  expect(runReference(matMul, {}, [a, one], { scale: 1, zeroPoint: 0 })).toEqual([6, 10]);
});

it('of real values sums in order', () => {
  expect(
    runFloat(
      matMul,
      {},
      [
        [1, 1, 2],
        [1.5, 2],
      ],
      [
        [1, 1, 1, 2],
        [2, 0.25],
      ],
    ),
  ).toEqual([3.5]);
});

it('names sizes that do not fit', () => {
  const of = (shape: readonly [number, number, number]) => map(shape, new Int8Array(shape[0] * shape[1] * shape[2]));
  expect(() => matMul.outputShapes([of([1, 1, 2]), of([1, 1, 3])], {})).toThrow('a has 2 channels and b 3 (as many)');
  expect(() => matMul.outputShapes([of([3, 1, 2]), of([2, 1, 2])], {})).toThrow(
    'a has 3 rows and b 2 (as many, or one)',
  );
});
