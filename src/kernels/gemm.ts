import { addWeight, type WeightSums } from '../arithmetic/accumulators.ts';
import type { Conv2dAttributes, DepthwiseConv2dAttributes, FullyConnectedAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { type HWC, noPadding, type OHWI, type Window2d } from '../graph/tensor.ts';
import { blockChannels, blockOutputs, packOutputs, weightsZeroOf } from './blocks.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotConvolution } from './refusals.ts';

/** A convolution, or a matrix product seen as one. */
interface Windows extends Window2d {
  readonly groups: number;
  /** Sizes of the weights, which are in this order whichever op they come from. */
  readonly weights: OHWI;
}

type Attributes = Conv2dAttributes | DepthwiseConv2dAttributes | FullyConnectedAttributes;
type View = NodeView<Attributes>;

/**
 * Fully connected is a 1×1 convolution of every pixel where the channels of x are its inputs, else one window as large
 * as the map: [O, h·w·c] in NHWC order is [O, h, w, c]. Depthwise convolution is one where x has one channel.
 */
function windowsOf(view: View): Windows {
  const { attributes } = view;
  const { shape } = inputOf(view, 1);
  if ('groups' in attributes) return { ...attributes, weights: shape as unknown as OHWI };
  if ('stride' in attributes) {
    const [windowH, windowW, outputs] = shape as unknown as HWC;
    return { ...attributes, groups: 1, weights: [outputs, windowH, windowW, 1] };
  }
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [o, i] = shape as readonly [o: number, i: number];
  const weights: OHWI = c === i ? [o, 1, 1, i] : [o, h, w, c];
  return { stride: [1, 1], dilation: [1, 1], padding: noPadding, groups: 1, weights };
}

/** The values of the weights in the order of their sizes: HWC, of a depthwise convolution, a filter at a time. */
function valuesOf(view: View): Int8Array {
  const { data, shape } = inputOf(view, 1);
  const values = data as Int8Array;
  if (shape.length !== 3) return values;
  const outputs = shape[2];
  const filter = values.length / outputs;
  return values.map((_, i) => values[(i % filter) * outputs + Math.floor(i / filter)]);
}

/** Runs of bytes that a window is gathered in. */
interface Gather {
  readonly segments: number;
  readonly segmentBytes: number;
  readonly segmentStep: number;
  /** Depth positions of one run: its bytes rounded up to even. */
  readonly segmentDepth: number;
  readonly depth: number;
}

/** A pixel of x takes as many bytes as it has channels. Taps of a window row lie side by side unless dilated or grouped. */
function gatherOf({ weights, groups, dilation }: Windows): Gather {
  const [, windowH, windowW, inputs] = weights;
  const together = dilation[1] === 1 && groups === 1;
  const segments = together ? 1 : windowW;
  const segmentBytes = together ? windowW * inputs : inputs;
  const segmentDepth = segmentBytes + (segmentBytes & 1);
  return {
    segments,
    segmentBytes,
    segmentStep: dilation[1] * inputs * groups,
    segmentDepth,
    depth: windowH * segments * segmentDepth,
  };
}

/** Weights as [groups][⌈groupOutputs/8⌉][depth/2][8][2] and the sums of what they mean for each output. */
function packWeights(
  weights: Int8Array,
  zeroPoint: number,
  outputs: number,
  channels: Int32Array,
  { segmentBytes, segmentDepth, depth }: Gather,
): { readonly packed: Int8Array; readonly sums: WeightSums } {
  const packed = new Int8Array(channels.length * depth);
  const sums = { all: new Int32Array(outputs), positive: new Int32Array(outputs) };
  const filter = weights.length / outputs;
  channels.forEach((output, place) => {
    if (output < 0) return;
    const lane = place % blockOutputs;
    const block = (place - lane) * depth;
    for (let i = 0; i < filter; i++) {
      const weight = weights[output * filter + i];
      const inRun = i % segmentBytes;
      const k = ((i - inRun) / segmentBytes) * segmentDepth + inRun;
      packed[block + ((k >> 1) * blockOutputs + lane) * 2 + (k & 1)] = weight;
      addWeight(sums, output, weight - zeroPoint);
    }
  });
  return { packed, sums };
}

/** Standard, pointwise and grouped convolution and fully connected, as one product of gathered windows and weights. */
export const gemm: KernelOf<'gemm', Attributes> = {
  name: 'gemm',
  opcode: 'gemm',

  refuses: (view) => whyNotConvolution(view, view.inputs[1]?.shape[0] ?? 0),

  /** The gather takes the taps of a window row for neighbours. */
  readsApart: (view) => windowsOf(view).weights[2] === 1,

  /** The int16 tile of four windows, room for the gather's last vector, three addresses a pixel; a single pixel needs none. */
  scratchBytes(view) {
    const [, h, w] = nhwc(outputOf(view));
    return h * w === 1 ? 0 : (gatherOf(windowsOf(view)).depth + 8) * 4 * 2 + 48;
  },

  pack(view, context) {
    const windows = windowsOf(view);
    const { groups, stride, dilation, padding } = windows;
    const [outputs, , windowW] = windows.weights;
    const { segmentDepth, ...gather } = gatherOf(windows);
    const channels = blockChannels(groups, outputs / groups);
    const weightsZero = weightsZeroOf(view);
    const { packed, sums } = packWeights(valuesOf(view), weightsZero, outputs, channels, { segmentDepth, ...gather });
    return {
      windowW,
      strideW: stride[1],
      dilationW: dilation[1],
      padLeft: padding.left,
      groups,
      ...gather,
      groupOutputs: outputs / groups,
      weightsZero,
      weights: context.data(packed),
      ...packOutputs(view, context, channels, sums),
    };
  },
};
