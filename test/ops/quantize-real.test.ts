import { expect, it } from 'vitest';
import { quantizeReal } from '../../src/ops/quantize-real.ts';
import { tensor } from '../kernels/views.ts';
import { runReference } from './run-reference.ts';

const quantized = (values: readonly number[], y: { scale: number; zeroPoint: number; dtype?: 'i8' | 'u8' }) => {
  const x = tensor('x', [1, 1, values.length, 1], { dtype: 'f32', data: Float32Array.from(values) });
  return runReference(quantizeReal, {}, [x], y);
};

it('rounds halves away from zero', () => {
  expect(quantized([0.25, 0.75, 1.25, 1.75, -0.25, -0.75], { scale: 0.5, zeroPoint: 0 })).toEqual([1, 2, 3, 4, -1, -2]);
});

it('does not make 1 of the float32 before one half', () => {
  expect(quantized([0.4999999701976776, 0.5, -0.4999999701976776], { scale: 1, zeroPoint: 7 })).toEqual([7, 8, 7]);
});

it('clamps what is too large, infinities too, and takes NaN for real 0', () => {
  const odd = [1000, -1000, 3e38, Infinity, -Infinity, NaN];
  expect(quantized(odd, { scale: 0.5, zeroPoint: -3 })).toEqual([127, -128, 127, 127, -128, -3]);
  expect(quantized(odd, { scale: 0.5, zeroPoint: 9, dtype: 'u8' })).toEqual([255, 0, 255, 255, 0, 9]);
});
