import { expect, it } from 'vitest';
import { pad } from '../../src/kernels/pad.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const attributes = { before: [1, 2, 3], after: [4, 5, 6] } as const;
const x = tensor('x', [1, 1, 2, 2]);

it('places x in its frame', () => {
  const view = viewOf(attributes, [x], tensor('y', [1, 6, 9, 11]));
  expect(pad.refuses(view)).toBeUndefined();
  expect(pad.pack(view, dataSection())).toEqual({ padLeft: 2, padChannel: 3 });
});

it('refuses a frame of another type', () => {
  const view = viewOf(attributes, [x], tensor('y', [1, 6, 9, 11], { dtype: 'u8' }));
  expect(pad.refuses(view)).toBe('x "x" is i8, but y "y" is u8');
});
