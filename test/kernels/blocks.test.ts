import { describe, expect, it } from 'vitest';
import { blockChannels, requantizeBlocks } from '../../src/kernels/blocks.ts';

describe('blocks', () => {
  it('round each group up to eight outputs', () => {
    expect([...blockChannels(2, 3)]).toEqual([0, 1, 2, -1, -1, -1, -1, -1, 3, 4, 5, -1, -1, -1, -1, -1]);
    expect([...blockChannels(1, 9)].slice(7)).toEqual([7, 8, -1, -1, -1, -1, -1, -1, -1]);
    expect(blockChannels(3, 8).length).toBe(24);
  });

  const channels = Int32Array.of(0, 1, -1, -1, -1, -1, -1, -1);
  const given = { multiplier: Int32Array.of(2 ** 30, 3 * 2 ** 29), shift: Int32Array.of(0, -1) };
  const rest = new Array<number>(6).fill(0);

  it('hold multipliers, then shifts in the integer form', () => {
    const blocks = requantizeBlocks('integer', channels, given);
    expect(blocks).toEqual(Int32Array.of(2 ** 30, 3 * 2 ** 29, ...rest, 0, -1, ...rest));
  });

  it('hold scales, then offsets in the real forms', () => {
    const [u0, u1] = [2 ** -32, 2 ** -33];
    const scales = [0.5, 0.375, ...rest];
    const positive = [u0, u1 + 0.25, ...rest];
    const negative = [u0, u1 - 0.25, ...rest];
    expect(requantizeBlocks('real', channels, given)).toEqual(Float64Array.of(...scales, ...positive, ...negative));
    expect(requantizeBlocks('realClamped', channels, given)).toEqual(Float64Array.of(...scales, ...positive));
  });

  it('come one after the other', () => {
    const blocks = requantizeBlocks('integer', blockChannels(1, 9), {
      multiplier: Int32Array.from({ length: 9 }, (_, c) => 2 ** 30 + c),
      shift: Int32Array.from({ length: 9 }, (_, c) => -c),
    });
    expect([...blocks.slice(0, 8)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7].map((c) => 2 ** 30 + c));
    expect([...blocks.slice(8, 16)]).toEqual([0, -1, -2, -3, -4, -5, -6, -7]);
    expect([...blocks.slice(16)]).toEqual([2 ** 30 + 8, 0, ...rest, -8, 0, ...rest]);
  });
});
