import { expect, it } from 'vitest';
import { gemm } from '../../src/kernels/gemm.ts';
import { oneChannel } from '../../src/kernels/one-channel.ts';
import { select } from '../../src/pack/select.ts';
import { depthwiseGraph } from '../cases/depthwise-conv2d.ts';
import { dataSection, linear, tensor, viewOf, weightsOf, window } from './views.ts';

it('takes one channel that becomes several, and leaves the rest to the depthwise kernel', () => {
  const kernelOf = (channels: number, depthMultiplier: number) =>
    select(depthwiseGraph({ shape: [1, 5, 5, channels], depthMultiplier }))[0]?.name;
  expect([kernelOf(1, 8), kernelOf(1, 2), kernelOf(1, 1), kernelOf(2, 4)]).toEqual([
    ...['gemm', 'gemm'],
    ...['depthwise', 'depthwise'],
  ]);
});

it('packs the filter of each output as a convolution does', () => {
  const [x, y] = [tensor('x', [1, 3, 4, 1]), tensor('y', [1, 2, 2, 2])];
  const [one, other] = [dataSection(), dataSection()];
  const attributes = { ...linear, ...window() };
  // Outputs 0 and 1 side by side in HWC, one after the other in OHWI.
  const depthwise = oneChannel.pack(viewOf(attributes, [x, weightsOf([2, 2, 2], [1, 5, 2, 6, 3, 7, 4, 8])], y), one);
  const filters = weightsOf([2, 2, 2, 1], [1, 2, 3, 4, 5, 6, 7, 8]);
  expect(depthwise).toEqual(gemm.pack(viewOf({ ...attributes, groups: 1 }, [x, filters], y), other));
  expect(one.at(depthwise.weights)).toEqual(other.at(depthwise.weights));
  expect(one.at(depthwise.weights).slice(0, 4)).toEqual([1, 2, 5, 6]);
});
