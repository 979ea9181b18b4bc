import { describe, expect, it } from 'vitest';
import { activationRange } from '../../src/arithmetic/activation-range.ts';
import { tensor } from '../kernels/views.ts';

describe('activationRange', () => {
  const y = tensor('y', [1], { scale: 0.05, zeroPoint: -10 });

  it('is the range of the type without an activation', () => {
    expect(activationRange('none', y)).toEqual({ min: -128, max: 127 });
    expect(activationRange('none', tensor('y', [1], { dtype: 'u8' }))).toEqual({ min: 0, max: 255 });
  });

  it('begins at the zero point for ReLU and ends at 6 for ReLU6', () => {
    expect(activationRange('relu', y)).toEqual({ min: -10, max: 127 });
    expect(activationRange('relu6', y)).toEqual({ min: -10, max: 110 });
    expect(activationRange('reluN1To1', y)).toEqual({ min: -30, max: 10 });
  });

  it('stays within the type', () => {
    expect(activationRange('relu6', tensor('y', [1], { scale: 0.01 }))).toEqual({ min: 0, max: 127 });
    expect(activationRange('reluN1To1', tensor('y', [1], { scale: 0.001, zeroPoint: 5 }))).toEqual({
      min: -128,
      max: 127,
    });
  });

  it('rounds halves away from zero', () => {
    expect(activationRange('reluN1To1', tensor('y', [1], { scale: 2 / 5 }))).toEqual({ min: -3, max: 3 });
  });

  it('refuses a type without clamps', () => {
    expect(() => activationRange('none', tensor('y', [1], { dtype: 'f32' }))).toThrow('tensor "y" is f32');
  });
});
