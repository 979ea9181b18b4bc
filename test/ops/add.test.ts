import { describe, expect, it } from 'vitest';
import { oneToOne } from '../../src/graph/rules.ts';
import { add } from '../../src/ops/add.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference } from './run-reference.ts';

const plain = { activation: 'none' } as const;

describe('add', () => {
  it('adds a residual of another scale', () => {
    const a = map([1, 1, 1], [100], { scale: 0.05, zeroPoint: 3 });
    const b = map([1, 1, 1], [50], { scale: 0.02, zeroPoint: -10 });
    const y = { scale: 0.06, zeroPoint: -5 };
    expect(runReference(add, plain, [a, b], y)).toEqual([96]);
    expect(runReference(add, plain, [b, a], y)).toEqual([96]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const zero = map([1, 1, 1], [-100], quantization);
    const y = runReference(add, { activation: 'relu6' }, [everyByte(quantization), zero], quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('broadcasts a pixel or a single value, on either side', () => {
    const whole = map([2, 1, 2], [1, 2, 3, 4]);
    const pixel = map([1, 1, 2], [10, 20]);
    expect(runReference(add, plain, [whole, pixel])).toEqual([11, 22, 13, 24]);
    expect(runReference(add, plain, [pixel, whole])).toEqual([11, 22, 13, 24]);
    expect(runReference(add, plain, [whole, map([1, 1, 1], [100])])).toEqual([101, 102, 103, 104]);
  });

  it('broadcasts a row, a column or a channel, and both operands at once', () => {
    const whole = map([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]);
    expect(runReference(add, plain, [whole, map([1, 2, 2], [10, 20, 30, 40])])).toEqual([
      11, 22, 33, 44, 15, 26, 37, 48,
    ]);
    expect(runReference(add, plain, [map([2, 1, 1], [10, 20]), whole])).toEqual([11, 12, 13, 14, 25, 26, 27, 28]);
    expect(runReference(add, plain, [map([1, 2, 1], [10, 20]), whole])).toEqual([11, 12, 23, 24, 15, 16, 27, 28]);
    expect(runReference(add, plain, [map([2, 1, 1], [10, 20]), map([1, 2, 1], [1, 2])])).toEqual([11, 12, 21, 22]);
  });

  it('reads a constant of one axis as channels', () => {
    const bias = tensor('bias', [2], { data: Int8Array.from([10, 20]) });
    expect(runReference(add, plain, [map([2, 1, 2], [1, 2, 3, 4]), bias])).toEqual([11, 22, 13, 24]);
  });

  it('reads the row of a broadcast operand once', () => {
    const rows = (a: readonly number[], b: readonly number[]) => {
      const view = opView(add, plain, [tensor('a', a), tensor('b', b)]);
      return [add.rows(view, 0), add.rows(view, 1)];
    };
    expect(rows([1, 4, 4, 2], [1, 4, 4, 2])).toEqual([oneToOne, oneToOne]);
    expect(rows([1, 4, 4, 2], [1, 1, 1, 2])).toEqual([oneToOne, { kind: 'once' }]);
    expect(rows([1, 1, 1, 1], [1, 4, 4, 2])).toEqual([{ kind: 'once' }, oneToOne]);
    expect(rows([1, 1, 4, 2], [1, 1, 1, 2])).toEqual([oneToOne, oneToOne]);
    expect(rows([1, 4, 4, 2], [1, 4, 1, 1])).toEqual([oneToOne, oneToOne]);
    expect(rows([1, 4, 4, 2], [1, 1, 4, 2])).toEqual([oneToOne, { kind: 'once' }]);
  });

  it('names the sizes that do not fit', () => {
    const shapes = (a: readonly number[], b: readonly number[]) =>
      add.outputShapes([tensor('a', a), tensor('b', b)], plain);
    expect(shapes([1, 1, 1, 3], [1, 2, 2, 3])).toEqual([[1, 2, 2, 3]]);
    expect(() => shapes([1, 2, 2, 3], [1, 1, 1, 2])).toThrow('2×2×3 and 1×1×2 are not broadcast to one shape');
    expect(() => shapes([1, 2, 3, 1], [1, 3, 2, 1])).toThrow('2×3×1 and 3×2×1');
    expect(shapes([1, 2, 2, 3], [1, 1, 2, 3])).toEqual([[1, 2, 2, 3]]);
    expect(shapes([1, 2, 1, 3], [1, 1, 4, 1])).toEqual([[1, 2, 4, 3]]);
  });

  it('adds float values, rounded to float32, broadcast and clamped', () => {
    const whole = [
      [2, 1, 2],
      [1, 2, 3, 4],
    ] as const;
    expect(runFloat(add, plain, whole, [[2], [0.5, 20]])).toEqual([1.5, 22, 3.5, 24]);
    expect(runFloat(add, plain, whole, [[1, 1, 1, 1], [100]])).toEqual([101, 102, 103, 104]);
    expect(
      runFloat(add, { activation: 'relu6' }, whole, [
        [1, 2, 1, 2],
        [-5, 0, 2, 3],
      ]),
    ).toEqual([0, 2, 5, 6]);
    expect(runFloat(add, plain, [[1, 1, 1], [1]], [[1], [2 ** 24]])).toEqual([2 ** 24]);
  });
});
