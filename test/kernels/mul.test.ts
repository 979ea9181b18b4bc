import { describe, expect, it } from 'vitest';
import { mul } from '../../src/kernels/mul.ts';
import { dataSection, tensor, viewOf } from './views.ts';

const attributes = { activation: 'none' } as const;
const map = (name: string, given?: Parameters<typeof tensor>[2]) => tensor(name, [1, 2, 2, 3], given);
const pixel = tensor('pixel', [1, 1, 1, 3], { scale: 0.5 });

describe('mul', () => {
  it('has the input of the shape of y as x', () => {
    expect(mul.operands?.(viewOf(attributes, [map('a'), map('b')], map('y')))).toEqual([0, 1]);
    expect(mul.operands?.(viewOf(attributes, [pixel, map('b')], map('y')))).toEqual([1, 0]);
    expect(mul.refuses(viewOf(attributes, [pixel, pixel], map('y')))).toBe(
      'both inputs are broadcast; at most one may be',
    );
  });

  it('writes the ratio of scales, each step of it in float32, and the clamp', () => {
    const view = viewOf({ activation: 'relu' } as const, [map('a', { scale: 0.5 }), pixel], map('y', { zeroPoint: 3 }));
    expect(mul.pack(view, dataSection())).toEqual({ multiplier: 2 ** 30, shift: -1, yMin: 3, yMax: 127 });
    const scales = viewOf(
      attributes,
      [map('a', { scale: 0.031 }), map('b', { scale: 0.047 })],
      map('y', { scale: 0.1 }),
    );
    expect(mul.pack(scales, dataSection())).toMatchObject({ multiplier: 2002485376, shift: -6 }); // …421 in double
  });

  it('refuses other types, and ratios beyond a shift of 30', () => {
    expect(mul.refuses(viewOf(attributes, [map('a', { dtype: 'u8' }), map('b')], map('y')))).toBe('a "a" is u8 (i8)');
    const wide = viewOf(attributes, [map('a', { scale: 2 ** 20 }), map('b', { scale: 2 ** 11 })], map('y'));
    expect(mul.refuses(wide)).toMatch('scale ratio');
  });
});
