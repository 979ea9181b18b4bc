import { describe, expect, it } from 'vitest';
import { sub } from '../../src/ops/sub.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

const plain = { activation: 'none' } as const;

describe('sub', () => {
  it('subtracts in real values: 0.05 · (100 − 3) − 0.02 · (50 + 10) = 3.65', () => {
    const a = map([1, 1, 1], [100], { scale: 0.05, zeroPoint: 3 });
    const b = map([1, 1, 1], [50], { scale: 0.02, zeroPoint: -10 });
    expect(runReference(sub, plain, [a, b], { scale: 0.06, zeroPoint: -5 })).toEqual([56]); // 60.8 − 5
    expect(runReference(sub, plain, [b, a], { scale: 0.06, zeroPoint: -5 })).toEqual([-66]);
  });

  it('broadcasts either operand, whose order stays', () => {
    const whole = map([2, 1, 2], [1, 2, 3, 4]);
    const pixel = map([1, 1, 2], [10, 20]);
    expect(runReference(sub, plain, [whole, pixel])).toEqual([-9, -18, -7, -16]);
    expect(runReference(sub, plain, [pixel, whole])).toEqual([9, 18, 7, 16]);
    expect(runReference(sub, plain, [map([1, 1, 1], [100]), whole])).toEqual([99, 98, 97, 96]);
  });

  it('clamps what it makes, and saturates', () => {
    const a = map([1, 3, 1], [-128, 0, 127]);
    const b = map([1, 3, 1], [127, 3, -128]);
    expect(runReference(sub, plain, [a, b])).toEqual([-128, -3, 127]);
    expect(runReference(sub, { activation: 'relu6' }, [a, b])).toEqual([0, 0, 6]);
  });

  it('subtracts float values, rounded to float32 and clamped', () => {
    const whole = [
      [1, 2, 1],
      [1, -2],
    ] as const;
    expect(runFloat(sub, plain, whole, [[1], [0.5]])).toEqual([0.5, -2.5]);
    expect(runFloat(sub, { activation: 'relu' }, whole, [[1], [0.5]])).toEqual([0.5, 0]);
    expect(runFloat(sub, plain, [[1, 1, 1], [2 ** 24]], [[1], [-1]])).toEqual([2 ** 24]);
  });
});
