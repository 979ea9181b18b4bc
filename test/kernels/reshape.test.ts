import { expect, it } from 'vitest';
import { reshape } from '../../src/kernels/reshape.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const view = (x: Parameters<typeof tensor>[2] = {}) =>
  viewOf({ shape: [1, 1, 1, 4] } as const, [tensor('x', [1, 1, 2, 2], x)], tensor('y', [1, 1, 1, 4]));

it('adds nothing to the header', () => {
  expect(reshape.refuses(view())).toBeUndefined();
  expect(reshape.pack(view(), dataSection())).toEqual({});
});

it('refuses elements of types that no operand has, or of two types', () => {
  expect(reshape.refuses(view({ dtype: 'i16' }))).toBe('x "x" is i16 (i8, u8, f32, i32, i64)');
  expect(reshape.refuses(view({ dtype: 'i32' }))).toBe('x "x" is i32, but y "y" is i8');
});
