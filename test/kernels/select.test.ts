import { expect, it } from 'vitest';
import { select } from '../../src/kernels/select.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const x = tensor('x', [1, 4, 5, 2]);
const y = tensor('y', [1, 4, 5, 3]);

it('packs the order as words and reads one operand or two', () => {
  const view = viewOf({ order: [2, 0, 3] }, [x, x], y);
  const section = dataSection();
  expect(section.at(select.pack(view, section).channelTable)).toEqual([2, 0, 3]);
  expect(select.operands?.(view)).toEqual([0, 1]);
  expect(select.operands?.(viewOf({ order: [1, 0, 1] }, [x], y))).toEqual([0]);
});

it('refuses operands of two types', () => {
  const other = tensor('x2', [1, 4, 5, 2], { dtype: 'u8' });
  expect(select.refuses(viewOf({ order: [2, 0, 3] }, [x, other], y))).toBe('x "x2" is u8, but y "y" is i8');
});
