import { describe, expect, it } from 'vitest';
import { pad } from '../../src/ops/pad.ts';
import { tensor } from '../kernels/views.ts';
import { runFloat } from './run-float.ts';
import { map, opView, runReference } from './run-reference.ts';

describe('pad', () => {
  const frame = { before: [1, 0, 1], after: [0, 1, 0] } as const;

  it('frames the map and its channels with zero points', () => {
    const y = runReference(pad, frame, [map([1, 2, 1], [1, 2], { zeroPoint: -7 })], { zeroPoint: -7 });
    expect(y).toEqual([-7, -7, -7, -7, -7, -7, -7, 1, -7, 2, -7, -7]);
  });

  it('reads rows as far above as there is padding', () => {
    const view = opView(pad, frame, [tensor('x', [1, 2, 2, 1])]);
    expect(pad.rows(view, 0)).toEqual({ kind: 'window', window: 1, stride: 1, dilation: 1, top: 1 });
  });

  it('refuses to crop', () => {
    const cropped = { before: [0, -1, 0], after: [0, 0, 0] } as const;
    expect(() => pad.outputShapes([tensor('x', [1, 2, 2, 1])], cropped)).toThrow('padding 0,-1,0 before');
  });

  it('frames float values with 0', () => {
    expect(
      runFloat(pad, frame, [
        [1, 2, 1],
        [1.5, -2],
      ]),
    ).toEqual([0, 0, 0, 0, 0, 0, 0, 1.5, 0, -2, 0, 0]);
  });
});
