import { describe, expect, it } from 'vitest';
import { averagePool } from '../../src/kernels/average-pool.ts';
import { dataSection, tensor, viewOf, window } from './views.ts';

describe('averagePool', () => {
  const view = (x: Parameters<typeof tensor>[2] = {}, padding = 0) =>
    viewOf(
      { ...window(2, 1, padding), window: [2, 2] as const, activation: 'relu' as const },
      [tensor('x', [1, 4, 4, 1], x)],
      tensor('y', [1, 2, 2, 1]),
    );

  it('writes its geometry and clamp', () => {
    const words = averagePool.pack(view({}, 1), dataSection());
    expect(words).toEqual({ windowW: 2, strideW: 2, dilationW: 1, padLeft: 1, yMin: 0, yMax: 127, halvesUp: 0 });
  });

  it('refuses another quantisation of y, and windows without a valid cell', () => {
    expect(averagePool.refuses(view())).toBeUndefined();
    expect(averagePool.refuses(view({ zeroPoint: 1 }))).toMatch('zero point 1 and y 1, 0 (the same)');
    expect(averagePool.refuses(view({ scale: 2 }))).toMatch('x has scale 2');
    expect(averagePool.refuses(view({}, 2))).toMatch('padding smaller than the window');
  });
});
