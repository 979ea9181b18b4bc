import { expect, it } from 'vitest';
import { slice } from '../../src/kernels/slice.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const attributes = { begin: [1, 2, 3], size: [1, 1, 1] } as const;
const x = tensor('x', [1, 4, 5, 6]);

it('says where in a row of x the part begins', () => {
  const view = viewOf(attributes, [x], tensor('y', [1, 1, 1, 1]));
  expect(slice.refuses(view)).toBeUndefined();
  expect(slice.pack(view, dataSection())).toEqual({ firstColumn: 2, firstChannel: 3 });
});

it('refuses a part of another type', () => {
  const view = viewOf(attributes, [x], tensor('y', [1, 1, 1, 1], { dtype: 'u8' }));
  expect(slice.refuses(view)).toBe('x "x" is i8, but y "y" is u8');
});
