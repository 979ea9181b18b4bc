import { describe, expect, it } from 'vitest';
import { transpose } from '../../src/ops/transpose.ts';
import { tensor } from '../kernels/views.ts';
import { map, opView, runReference, upTo } from './run-reference.ts';

describe('transpose', () => {
  it('makes channels of rows: two rows of three pixels become three pixels of two channels', () => {
    // NCHW of 2 channels, 1 row, 3 columns, as read in NHWC order.
    const planes = map([2, 1, 3], [1, 2, 3, 10, 20, 30]);
    expect(runReference(transpose, { order: [1, 2, 0] }, [planes])).toEqual([1, 10, 2, 20, 3, 30]);
  });

  it('swaps columns and channels of each row alone', () => {
    const x = map([2, 2, 3], upTo(12));
    expect(runReference(transpose, { order: [0, 2, 1] }, [x])).toEqual([1, 4, 2, 5, 3, 6, 7, 10, 8, 11, 9, 12]);
  });

  it('does the same to float values', () => {
    const view = opView(transpose, { order: [2, 1, 0] }, [tensor('x', [1, 1, 1, 2])]);
    const y = new Float32Array(2);
    transpose.float?.(view, [Float32Array.of(0.5, 1.5)], [y]);
    expect([view.outputs[0]?.shape, [...y]]).toEqual([
      [1, 2, 1, 1],
      [0.5, 1.5],
    ]);
  });

  it('reads row for row where rows stay rows, else all of them, and says why', () => {
    const rowsOf = (order: readonly [number, number, number]) =>
      transpose.rows(opView(transpose, { order }, [tensor('x', [1, 4, 5, 6])]), 0);
    expect(rowsOf([0, 2, 1])).toMatchObject({ kind: 'window', window: 1, stride: 1, top: 0 });
    expect(rowsOf([1, 0, 2])).toMatchObject({ kind: 'whole', reason: expect.stringMatching(/every row/) });
  });

  it.each([[[0, 1, 1]], [[0, 1]], [[0, 1, 3]]])('refuses the order %j', (order) => {
    const attributes = { order: order as unknown as readonly [number, number, number] };
    expect(() => transpose.outputShapes([tensor('x', [1, 2, 3, 4])], attributes)).toThrow(
      'is not a permutation of 0, 1 and 2',
    );
  });
});
