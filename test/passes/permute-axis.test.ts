import { describe, expect, it } from 'vitest';
import { permuteAxis } from '../../src/passes/permute-axis.ts';
import { tensor } from '../kernels/views.ts';

describe('permute-axis', () => {
  it('puts values and their scales in order', () => {
    const weights = tensor('w', [2, 1, 3], { scale: [1, 2, 3], axis: 2, data: Int8Array.of(1, 2, 3, 4, 5, 6) });
    const moved = permuteAxis(weights, 2, [2, 0, 1]);
    expect(moved.data).toEqual(Int8Array.of(3, 1, 2, 6, 4, 5));
    expect(moved.quantization).toEqual({ scale: [3, 1, 2], zeroPoint: [0, 0, 0], axis: 2 });
    expect(permuteAxis(weights, 0, [1, 0]).data).toEqual(Int8Array.of(4, 5, 6, 1, 2, 3));
    expect(permuteAxis(weights, 0, [1, 0]).quantization).toEqual(weights.quantization);
  });

  it('puts each run of channels in order', () => {
    const dense = tensor('w', [1, 4], { data: Int8Array.of(1, 2, 3, 4) });
    expect(permuteAxis(dense, 1, [1, 0]).data).toEqual(Int8Array.of(2, 1, 4, 3));
    expect(() => permuteAxis(dense, 1, [2, 0, 1])).toThrow(
      'axis 1 of "w" has the size 4, not a multiple of 3 channels',
    );
  });
});
