import { describe, expect, it } from 'vitest';
import type { SliceAttributes } from '../../src/graph/attributes.ts';
import { slice } from '../../src/ops/slice.ts';
import { tensor } from '../kernels/views.ts';
import { map, opView, runReference, upTo } from './run-reference.ts';

describe('slice', () => {
  const part = { begin: [1, 0, 1], size: [1, 2, 1] } as const;

  it('takes rows, columns and channels next to each other', () => {
    // Rows 1–4 and 5–8, pixels of two channels: the second row's second channels.
    expect(runReference(slice, part, [map([2, 2, 2], upTo(8))])).toEqual([6, 8]);
  });

  it('does the same to float values', () => {
    const view = opView(slice, part, [tensor('x', [1, 2, 2, 2])]);
    const y = new Float32Array(2);
    slice.float?.(view, [Float32Array.from(upTo(8), (value) => value / 4)], [y]);
    expect([...y]).toEqual([1.5, 2]);
  });

  it('reads rows as far below as it begins', () => {
    const view = opView(slice, part, [tensor('x', [1, 2, 2, 2])]);
    expect(slice.rows(view, 0)).toEqual({ kind: 'window', window: 1, stride: 1, dilation: 1, top: -1 });
  });

  it('is a part of its input where it takes channels of every pixel', () => {
    const partOf = (begin: SliceAttributes['begin'], size: SliceAttributes['size']) =>
      slice.part?.(opView(slice, { begin, size }, [tensor('x', [1, 2, 2, 3])]));
    expect(partOf([0, 0, 1], [2, 2, 2])).toBe(1);
    expect(partOf([0, 0, 0], [2, 2, 3])).toBe(0);
    expect(partOf([1, 0, 1], [1, 2, 2])).toBeUndefined();
    expect(partOf([0, 0, 1], [2, 1, 2])).toBeUndefined();
  });

  it.each([
    [[0, 0, 1], [2, 2, 2], '2 channels from 1 are not within 2'],
    [[-1, 0, 0], [1, 2, 2], '1 rows from -1 are not within 2'],
    [[0, 2, 0], [1, 0, 2], '0 columns from 2 are not within 2'],
  ] as const)('refuses elements outside the tensor: %j, %j', (begin, size, message) => {
    expect(() => slice.outputShapes([tensor('x', [1, 2, 2, 2])], { begin, size })).toThrow(message);
  });
});
