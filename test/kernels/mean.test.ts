import { describe, expect, it } from 'vitest';
import { mean } from '../../src/kernels/mean.ts';
import { dataSection, tensor, viewOf } from './views.ts';

describe('mean', () => {
  const of = (axes: 'hw' | 'c') =>
    mean.pack(viewOf({ axes }, [tensor('x', [1, 7, 7, 4])], tensor('y', [1, 1, 1, 4])), dataSection());

  it('divides by the values it sums over', () => {
    expect(of('hw')).toMatchObject({ axes: 0, multiplier: Math.floor(2 ** 35 / 49), shift: -4, yMin: -128, yMax: 127 });
    expect(of('c')).toMatchObject({ axes: 1, multiplier: 2 ** 30, shift: -1 });
  });

  it('refuses sums that may leave int32', () => {
    const view = (h: number) =>
      viewOf({ axes: 'hw' as const }, [tensor('x', [1, h, 4096, 1])], tensor('y', [1, 1, 1, 1]));
    expect(mean.refuses(view(2048))).toBeUndefined();
    expect(mean.refuses(view(2064))).toMatch('the sum of 8454144 values');
  });
});
