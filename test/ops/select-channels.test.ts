import { describe, expect, it } from 'vitest';
import { selectChannels } from '../../src/ops/select-channels.ts';
import { tensor } from '../kernels/views.ts';
import { map, opView, runReference, upTo } from './run-reference.ts';

describe('select-channels', () => {
  it('shuffles each pixel alike', () => {
    expect(runReference(selectChannels, { order: [2, 0, 1] }, [map([1, 2, 3], upTo(6))])).toEqual([3, 1, 2, 6, 4, 5]);
  });

  it('numbers the channels of a second tensor after those of the first', () => {
    const inputs = [map([2, 1, 2], [1, 2, 5, 6]), map([2, 1, 1], [3, 7])];
    expect(runReference(selectChannels, { order: [0, 1, 2] }, inputs)).toEqual([1, 2, 3, 5, 6, 7]);
    expect(runReference(selectChannels, { order: [2, 1, 1, 0] }, inputs)).toEqual([3, 2, 2, 1, 7, 6, 6, 5]);
  });

  it('does the same to float values', () => {
    const view = opView(selectChannels, { order: [1, 2, 0] }, [tensor('x', [1, 1, 1, 2]), tensor('x2', [1, 1, 1, 1])]);
    const y = new Float32Array(3);
    selectChannels.float?.(view, [Float32Array.of(0.5, 1.5), Float32Array.of(2.5)], [y]);
    expect([...y]).toEqual([1.5, 2.5, 0.5]);
  });

  it.each([
    [[0, 2], [1, 1, 1, 2], 'channel 2 is selected of 2'],
    [[0.5], [1, 1, 1, 2], 'channel 0.5 is selected of 2'],
    [[], [1, 1, 1, 2], 'no channel is selected'],
  ] as const)('refuses the order %j', (order, shape, message) => {
    expect(() => selectChannels.outputShapes([tensor('x', shape)], { order })).toThrow(message);
  });

  it('refuses maps of two sizes', () => {
    const inputs = [tensor('x', [1, 2, 3, 1]), tensor('x2', [1, 2, 2, 1])];
    expect(() => selectChannels.outputShapes(inputs, { order: [0] })).toThrow('2×3 and 2×2 are maps of two sizes');
  });
});
