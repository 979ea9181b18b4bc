import { expect, it } from 'vitest';
import { transpose } from '../../src/kernels/transpose.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const attributes = { order: [1, 2, 0] } as const;
const x = tensor('x', [1, 3, 5, 4]);

it('says from which axis of x each of y comes', () => {
  const view = viewOf(attributes, [x], tensor('y', [1, 5, 4, 3]));
  expect(transpose.refuses(view)).toBeUndefined();
  expect(transpose.pack(view, dataSection())).toEqual({ axisH: 1, axisW: 2, axisC: 0 });
});

it('refuses elements of another type', () => {
  const view = viewOf(attributes, [x], tensor('y', [1, 5, 4, 3], { dtype: 'u8' }));
  expect(transpose.refuses(view)).toBe('x "x" is i8, but y "y" is u8');
});
