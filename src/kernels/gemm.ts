import type { Conv2dAttributes, FullyConnectedAttributes } from '../graph/attributes.ts';
import { inputOf, type NodeView, nhwc, outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { noPadding, type OHWI, type Window2d } from '../graph/tensor.ts';
import { addWeight, blockChannels, blockOutputs, packOutputs, type WeightSums, weightsZeroOf } from './blocks.ts';
import { firstOf, unlessBias, unlessQuantized, unlessShifts, unlessWeights } from './refusals.ts';
import { convRequantize } from './requantization.ts';

/** A convolution, or a matrix product seen as one. */
interface Windows extends Window2d {
  readonly groups: number;
  /** Sizes of the weights, which are in this order whichever op they come from. */
  readonly weights: OHWI;
}

type View = NodeView<Conv2dAttributes | FullyConnectedAttributes>;

/**
 * Fully connected is a 1×1 convolution of every pixel where the channels of x are its inputs, else one window as large
 * as the map: [O, h·w·c] in NHWC order is [O, h, w, c].
 */
function windowsOf(view: View): Windows {
  const { attributes } = view;
  const { shape } = inputOf(view, 1);
  if ('stride' in attributes) return { ...attributes, weights: shape as unknown as OHWI };
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [o, i] = shape as readonly [o: number, i: number];
  const weights: OHWI = c === i ? [o, 1, 1, i] : [o, h, w, c];
  return { stride: [1, 1], dilation: [1, 1], padding: noPadding, groups: 1, weights };
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
      const weight = weights[output * filter + i] as number;
      const inRun = i % segmentBytes;
      const k = ((i - inRun) / segmentBytes) * segmentDepth + inRun;
      packed[block + ((k >> 1) * blockOutputs + lane) * 2 + (k & 1)] = weight;
      addWeight(sums, output, weight - zeroPoint);
    }
  });
  return { packed, sums };
}

/** Standard, pointwise and grouped convolution and fully connected, as one product of gathered windows and weights. */
export const gemm: Kernel<Conv2dAttributes | FullyConnectedAttributes> = {
  name: 'gemm',
  opcode: 'gemm',

  refuses(view) {
    const [x, weights, bias] = view.inputs;
    const outputs = weights?.shape[0] ?? 0;
    const unfit = firstOf(
      unlessQuantized('x', x, 'i8'),
      unlessQuantized('y', outputOf(view), 'i8'),
      unlessWeights(weights, outputs),
      unlessBias(bias, outputs),
    );
    return unfit ?? unlessShifts(convRequantize(view, outputs).shift);
  },

  /** The gather takes the taps of a window row for neighbours. */
  readsApart: (view) => windowsOf(view).weights[2] === 1,
  writesApart: true,

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
    const weights = inputOf(view, 1).data as Int8Array;
    const weightsZero = weightsZeroOf(view);
    const { packed, sums } = packWeights(weights, weightsZero, outputs, channels, { segmentDepth, ...gather });
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
