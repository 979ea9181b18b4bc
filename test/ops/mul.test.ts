import { describe, expect, it } from 'vitest';
import { oneToOne } from '../../src/graph/rules.ts';
import { mul } from '../../src/ops/mul.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { everyByte, map, opView, runReference } from './run-reference.ts';

const plain = { activation: 'none' } as const;

describe('mul', () => {
  it('multiplies what the quantised values stand for: 2 · 3 = 6', () => {
    const a = map([1, 1, 1], [5], { scale: 0.5, zeroPoint: 1 });
    const b = map([1, 1, 1], [10], { scale: 0.25, zeroPoint: -2 });
    const y = { scale: 0.1, zeroPoint: -20 };
    expect(runReference(mul, plain, [a, b], y)).toEqual([40]);
    expect(runReference(mul, plain, [b, a], y)).toEqual([40]);
  });

  it('rounds halves up at ratio ½, twice at ¼, and saturates', () => {
    const x = map([1, 6, 1], [1, -1, 3, 2, -2, 100]);
    const by = (value: number, scale: number) => runReference(mul, plain, [x, map([1, 1, 1], [value])], { scale });
    expect(by(1, 2)).toEqual([1, 0, 2, 1, -1, 50]);
    expect(by(1, 4)).toEqual([1, 0, 1, 1, -1, 25]); // ¼ becomes ½, then 1
    expect(by(100, 1)).toEqual([100, -100, 127, 127, -128, 127]);
  });

  it('clamps RELU6 to [−100, 20]', () => {
    const quantization = { scale: 0.05, zeroPoint: -100 };
    const y = runReference(mul, { activation: 'relu6' }, [everyByte(quantization), map([1, 1, 1], [1])], quantization);
    expect([Math.min(...y), Math.max(...y)]).toEqual([-100, 20]);
  });

  it('broadcasts a pixel or a single value, on either side', () => {
    const whole = map([2, 1, 2], [1, 2, 3, 4]);
    const pixel = map([1, 1, 2], [10, -20]);
    expect(runReference(mul, plain, [whole, pixel])).toEqual([10, -40, 30, -80]);
    expect(runReference(mul, plain, [pixel, whole])).toEqual([10, -40, 30, -80]);
    expect(runReference(mul, plain, [whole, map([1, 1, 1], [5])])).toEqual([5, 10, 15, 20]);
  });

  it('reads the row of a broadcast operand once, and names sizes that do not fit', () => {
    const inputs = [tensor('a', [1, 4, 4, 2]), tensor('b', [1, 1, 1, 2])];
    const view = opView(mul, plain, inputs);
    expect([mul.rows(view, 0), mul.rows(view, 1)]).toEqual([oneToOne, { kind: 'once' }]);
    const wrong = [tensor('a', [1, 2, 2, 3]), tensor('b', [1, 1, 1, 2])];
    expect(() => mul.outputShapes(wrong, plain)).toThrow('2×2×3 and 1×1×2 are not broadcast to one shape');
  });

  it('multiplies float values, rounded to float32 and clamped', () => {
    const whole = [
      [2, 1, 2],
      [1, 2, 3, 4],
    ] as const;
    expect(runFloat(mul, plain, whole, [[2], [0.5, -2]])).toEqual([0.5, -4, 1.5, -8]);
    expect(runFloat(mul, { activation: 'relu6' }, whole, [[2], [0.5, 2]])).toEqual([0.5, 4, 1.5, 6]);
    const third = Math.fround(1 / 3);
    expect(runFloat(mul, plain, [[1, 1, 1], [third]], [[1], [third]])).toEqual([Math.fround(third * third)]);
  });
});
