import { addWeight } from '../arithmetic/accumulators.ts';
import type { DepthwiseConv2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import type { HWC, Tensor } from '../graph/tensor.ts';
import { blockChannels, blockOutputs, packOutputs, weightsZeroOf } from './blocks.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotConvolution } from './refusals.ts';

const hwc = (weights: Tensor): HWC => weights.shape as unknown as HWC;

/** Weights as [⌈channels/8⌉][windowH·windowW][8]. */
export function packTaps(weights: Int8Array, taps: number, channels: number): Int8Array {
  const packed = new Int8Array(Math.ceil(channels / blockOutputs) * blockOutputs * taps);
  for (let t = 0; t < taps; t++) {
    for (let c = 0; c < channels; c++) {
      const lane = c % blockOutputs;
      packed[(c - lane) * taps + t * blockOutputs + lane] = weights[t * channels + c];
    }
  }
  return packed;
}

/** One filter per output channel. */
export const depthwise: KernelOf<'depthwise', DepthwiseConv2dAttributes> = {
  name: 'depthwise',
  opcode: 'depthwise',

  refuses: (view) => whyNotConvolution(view, view.inputs[1]?.shape[2] ?? 0),

  /** One block's taps as int16, and 64 bytes for which input channels a block reads. */
  scratchBytes(view) {
    const [windowH, windowW] = hwc(inputOf(view, 1));
    return windowH * windowW * blockOutputs * 2 + 64;
  },

  pack(view, context) {
    const { stride, dilation, padding } = view.attributes;
    const [windowH, windowW, channels] = hwc(inputOf(view, 1));
    const taps = windowH * windowW;
    const weights = inputOf(view, 1).data as Int8Array;
    const sums = { all: new Int32Array(channels), positive: new Int32Array(channels) };
    const weightsZero = weightsZeroOf(view);
    weights.forEach((weight, i) => {
      addWeight(sums, i % channels, weight - weightsZero);
    });
    return {
      windowW,
      strideW: stride[1],
      dilationW: dilation[1],
      padLeft: padding.left,
      multiplier: channels / nhwc(inputOf(view, 0))[3],
      weightsZero,
      weights: context.data(packTaps(weights, taps, channels)),
      ...packOutputs(view, context, blockChannels(1, channels), sums),
    };
  },
};
