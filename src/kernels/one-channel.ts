import type { DepthwiseConv2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { gemm } from './gemm.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotConvolution } from './refusals.ts';

/**
 * Depthwise convolution of one channel into several, which is a convolution: a pixel's window is read once for eight
 * outputs. A single output would pay for eight.
 */
export const oneChannel: KernelOf<'gemm', DepthwiseConv2dAttributes> = {
  ...gemm,

  refuses(view) {
    const [, , , channels] = nhwc(inputOf(view, 0));
    const [, , , outputs] = nhwc(outputOf(view));
    if (channels !== 1 || outputs === 1) return `it makes ${outputs} channels of ${channels} (several of 1)`;
    return whyNotConvolution(view, outputs);
  },
};
