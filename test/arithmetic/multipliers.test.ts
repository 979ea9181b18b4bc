import { describe, expect, it } from 'vitest';
import { addRequantize, convRequantize, meanRequantize, quantizeRequantize } from '../../src/arithmetic/multipliers.ts';
import { linear, tensor, viewOf, weightsOf } from '../kernels/views.ts';

describe('convRequantize', () => {
  const x = tensor('x', [1, 1, 1, 1], { scale: 0.1 });
  const y = tensor('y', [1, 1, 1, 2], { scale: 0.3 });
  const f32 = (value: number) => Math.fround(value);

  it('has a multiplier for each channel', () => {
    const weights = weightsOf([2, 1, 1, 1], [1, 1], [0.5, 0.25]);
    const { multiplier, shift } = convRequantize(viewOf(linear, [tensor('x', [1]), weights], tensor('y', [1])), 2);
    expect([...multiplier]).toEqual([2 ** 30, 2 ** 30]);
    expect([...shift]).toEqual([0, -1]);
  });

  it('repeats a single scale', () => {
    const { multiplier, shift } = convRequantize(viewOf(linear, [x, weightsOf([2, 1, 1, 1], [1, 1], 0.7)], y), 2);
    expect(multiplier[0]).toBe(multiplier[1]);
    expect([...shift]).toEqual([-2, -2]); // 0.1 · 0.7 / 0.3 = 0.93 / 4
  });

  it('takes the product of scales in double, or rounded to float32 where the op says so', () => {
    const weights = weightsOf([1, 1, 1, 1], [1], 0.7);
    const at = (scaleProduct: 'f32' | 'f64') =>
      convRequantize(viewOf({ scaleProduct }, [x, weights], y), 1).multiplier[0] as number;
    expect(at('f64')).toBe(Math.round(((f32(0.1) * f32(0.7)) / f32(0.3)) * 2 ** 33));
    expect(at('f32')).toBe(Math.round((f32(f32(0.1) * f32(0.7)) / f32(0.3)) * 2 ** 33));
    expect(at('f32')).not.toBe(at('f64'));
  });

  it('names the scales it cannot match with channels', () => {
    const weights = weightsOf([3, 1, 1, 1], [1], [1, 1, 1]);
    expect(() => convRequantize(viewOf(linear, [x, weights], y), 2)).toThrow('have 3 scales where 1 or 2 are needed');
  });
});

describe('addRequantize', () => {
  it('halves the larger scale', () => {
    const view = viewOf({}, [tensor('a', [1], { scale: 0.25 }), tensor('b', [1], { scale: 0.5 })], tensor('y', [1]));
    expect(addRequantize(view)).toEqual({
      leftShift: 20,
      x: { multiplier: 2 ** 30, shift: -1 },
      x2: { multiplier: 2 ** 30, shift: 0 },
      y: { multiplier: 2 ** 30, shift: -19 },
    });
  });
});

describe('meanRequantize', () => {
  const view = viewOf({}, [tensor('x', [1])], tensor('y', [1]));

  it('divides inside the multiplier', () => {
    expect(meanRequantize(view, 1)).toEqual({ multiplier: 2 ** 30, shift: 1 });
    expect(meanRequantize(view, 49)).toEqual({ multiplier: Math.floor(2 ** 35 / 49), shift: -4 });
  });

  it('keeps the shift at −31 or above', () => {
    const small = viewOf({}, [tensor('x', [1], { scale: 2 ** -30 })], tensor('y', [1]));
    expect(meanRequantize(small, 49)).toEqual({ multiplier: Math.floor(2 ** 32 / 49), shift: -31 });
  });
});

it('quantizeRequantize is the ratio of scales', () => {
  const view = viewOf({}, [tensor('x', [1], { scale: 0.75 })], tensor('y', [1]));
  expect(quantizeRequantize(view)).toEqual({ multiplier: 3 * 2 ** 29, shift: 0 });
});
