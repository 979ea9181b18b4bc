import { expect, it } from 'vitest';
import { maxPool } from '../../src/kernels/max-pool.ts';
import { dataSection, tensor, viewOf, window } from './views.ts';

const view = (x: Parameters<typeof tensor>[2] = {}, padding = 0) =>
  viewOf(
    { ...window(2, 1, padding), window: [2, 2] as const, activation: 'relu' as const },
    [tensor('x', [1, 4, 4, 1], x)],
    tensor('y', [1, 2, 2, 1]),
  );

it('writes its geometry and clamp', () => {
  const words = maxPool.pack(view({}, 1), dataSection());
  expect(words).toEqual({ windowW: 2, strideW: 2, dilationW: 1, padLeft: 1, yMin: 0, yMax: 127 });
});

it('refuses another quantisation of y, and windows without a valid cell', () => {
  expect(maxPool.refuses(view())).toBeUndefined();
  expect(maxPool.refuses(view({ scale: 2 }))).toMatch('x has scale 2');
  expect(maxPool.refuses(view({}, 2))).toMatch('padding smaller than the window');
});
