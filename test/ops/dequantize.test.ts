import { expect, it } from 'vitest';
import { dequantize } from '../../src/ops/dequantize.ts';
import { tensor } from '../kernels/views.ts';
import { map, runReference } from './run-reference.ts';

it('gives the real value of each quantised one, rounded once to float32', () => {
  const x = map([1, 4, 1], [3, 4, -128, 127], { scale: 0.1, zeroPoint: 3 });
  const scale = Math.fround(0.1);
  expect(runReference(dequantize, {}, [x], { dtype: 'f32' })).toEqual([
    0,
    scale,
    Math.fround(-131 * scale),
    Math.fround(124 * scale),
  ]);
});

it('takes uint8', () => {
  const x = tensor('x', [1, 1, 2, 1], { dtype: 'u8', scale: 0.5, zeroPoint: 128, data: Uint8Array.of(0, 255) });
  expect(runReference(dequantize, {}, [x], { dtype: 'f32' })).toEqual([-64, 63.5]);
});
