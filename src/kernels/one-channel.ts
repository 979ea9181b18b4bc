import type { Conv2dAttributes, DepthwiseConv2dAttributes } from '../graph/attributes.ts';
import { inputOf, type NodeView, nhwc, outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import type { HWC, Tensor } from '../graph/tensor.ts';
import { gemm } from './gemm.ts';

/** Weights HWC of one input channel as OHWI: the filter of each output by itself. */
function filtersOf(weights: Tensor): Tensor {
  const [h, w, c] = weights.shape as HWC;
  const data = weights.data as Int8Array;
  const filters = Int8Array.from(data, (_, i) => data[(i % (h * w)) * c + Math.floor(i / (h * w))] as number);
  const { quantization } = weights;
  return {
    ...weights,
    shape: [c, h, w, 1],
    data: filters,
    ...(quantization && { quantization: { ...quantization, axis: 0 } }),
  };
}

/** The same as a convolution. Its node stays the depthwise one, at which no kernel looks. */
function asConv2d(view: NodeView<DepthwiseConv2dAttributes>): NodeView<Conv2dAttributes> {
  const inputs = view.inputs.map((tensor, i) => (i === 1 && tensor?.data ? filtersOf(tensor) : tensor));
  return { ...view, attributes: { ...view.attributes, groups: 1 }, inputs } as unknown as NodeView<Conv2dAttributes>;
}

/**
 * Depthwise convolution of one channel into several, which is a convolution: a pixel's window is read once for eight
 * outputs. A single output would pay for eight.
 */
export const oneChannel: Kernel<DepthwiseConv2dAttributes> = {
  name: gemm.name,
  opcode: gemm.opcode,

  refuses(view) {
    const [, , , channels] = nhwc(inputOf(view, 0));
    const [, , , outputs] = nhwc(outputOf(view));
    if (channels !== 1 || outputs === 1) return `it makes ${outputs} channels of ${channels} (several of 1)`;
    return gemm.refuses(asConv2d(view));
  },

  readsApart: (view) => gemm.readsApart?.(asConv2d(view)) ?? false,
  writesApart: true,

  scratchBytes: (view, rows) => gemm.scratchBytes(asConv2d(view), rows),

  pack: (view, context) => gemm.pack(asConv2d(view), context),
};
