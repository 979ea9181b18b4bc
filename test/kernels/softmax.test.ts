import { describe, expect, it } from 'vitest';
import { softmax } from '../../src/kernels/softmax.ts';
import { dataSection, tensor, viewOf } from './views.ts';

describe('softmax', () => {
  const view = (y: Parameters<typeof tensor>[2] = { scale: 1 / 256, zeroPoint: -128 }, beta = 1) =>
    viewOf({ beta }, [tensor('x', [1, 1, 1, 3], { scale: 0.1 })], tensor('y', [1, 1, 1, 3], y));

  it('stores its exponentials by distance from the maximum', () => {
    const data = dataSection();
    const exponentials = data.at(softmax.pack(view(), data).exponentials);
    expect(exponentials).toHaveLength(256);
    expect(exponentials[0]).toBe(2 ** 31 - 1);
    expect((exponentials[10] as number) / 2 ** 31).toBeCloseTo(Math.exp(-1), 6);
  });

  it('refuses any output but 1/256 from −128, and a factor without a fixed point', () => {
    expect(softmax.refuses(view())).toBeUndefined();
    expect(softmax.refuses(view({ scale: 1 / 256 }))).toMatch('(1/256, -128)');
    expect(softmax.refuses(view({ scale: 1 / 128, zeroPoint: -128 }))).toMatch('(1/256, -128)');
    expect(softmax.refuses(view(undefined, 1e-9))).toMatch('beta · scale of x');
  });
});
