import { describe, expect, it } from 'vitest';
import { maximum } from '../../src/ops/maximum.ts';
import { minimum } from '../../src/ops/minimum.ts';
import { squaredDifference } from '../../src/ops/squared-difference.ts';
import { runFloat } from './run-float.ts';
import { map, runReference } from './run-reference.ts';

const plain = { activation: 'none' } as const;

describe('minimum and maximum', () => {
  const [a, b] = [map([2, 1, 2], [1, -5, 7, 100]), map([2, 1, 2], [2, -6, 7, -128])];

  it('compare bytes, and broadcast either operand', () => {
    expect(runReference(minimum, plain, [a, b])).toEqual([1, -6, 7, -128]);
    expect(runReference(maximum, plain, [a, b])).toEqual([2, -5, 7, 100]);
    expect(runReference(minimum, plain, [a, map([1, 1, 1], [3])])).toEqual([1, -5, 3, 3]);
    expect(runReference(maximum, plain, [map([1, 1, 2], [0, 50]), a])).toEqual([1, 50, 7, 100]);
  });

  it('take up a clamp', () => {
    expect(minimum.withActivation?.(plain, 'relu')).toEqual({ activation: 'relu' });
    expect(runReference(minimum, { activation: 'relu' }, [a, b])).toEqual([1, 0, 7, 0]);
  });

  it('have one scale for all operands', () => {
    for (const { operands } of [minimum, maximum]) {
      expect([operands.inputs[1], operands.outputs[0]].map((rule) => rule?.sameAs)).toEqual(['a', 'a']);
    }
  });

  it('compare float values', () => {
    expect(
      runFloat(
        minimum,
        plain,
        [
          [1, 2, 1],
          [1.5, -2],
        ],
        [[1], [0.5]],
      ),
    ).toEqual([0.5, -2]);
    expect(
      runFloat(
        maximum,
        plain,
        [
          [1, 2, 1],
          [1.5, -2],
        ],
        [[1], [0.5]],
      ),
    ).toEqual([1.5, 0.5]);
  });
});

describe('squared difference', () => {
  it('squares what terms of two scales differ by', () => {
    const a = map([1, 3, 1], [10, -4, 0], { scale: 0.5, zeroPoint: 0 });
    const b = map([1, 3, 1], [3, 5, 1], { scale: 1, zeroPoint: 1 });
    // 5 − 2, −2 − 4, 0 − 0
    expect(runReference(squaredDifference, plain, [a, b], { scale: 1, zeroPoint: -3 })).toEqual([6, 33, -3]);
    expect(runReference(squaredDifference, plain, [b, a], { scale: 1, zeroPoint: -3 })).toEqual([6, 33, -3]);
  });

  it('squares float values', () => {
    expect(
      runFloat(
        squaredDifference,
        plain,
        [
          [1, 2, 1],
          [1.5, -2],
        ],
        [[1], [0.5]],
      ),
    ).toEqual([1, 6.25]);
  });
});
