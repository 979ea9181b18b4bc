import {
  type AccumulatorRange,
  accumulatorRanges,
  addWeight,
  foldedBias,
  type WeightSums,
} from '../arithmetic/accumulators.ts';
import type { TransposeConv2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { type OHWI, perTensor } from '../graph/tensor.ts';
import { blockChannels, blockOutputs, packRequantization, weightsZeroOf } from './blocks.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotConvolution } from './refusals.ts';

type View = NodeView<TransposeConv2dAttributes>;

const weightsOf = (view: View): OHWI => inputOf(view, 1).shape as unknown as OHWI;

/** Taps p, p + step, p + 2 · step … of a window: those that pixels of y at phase p meet. */
const tapsAt = (taps: number, step: number, p: number): number[] =>
  Array.from({ length: Math.ceil((taps - p) / step) }, (_, t) => p + t * step);

/** The taps of every phase that has any, rows outermost, as indices into a filter's window. */
function phasesOf(view: View): number[][] {
  const [, windowH, windowW] = weightsOf(view);
  const [stepH, stepW] = view.attributes.stride;
  const phases: number[][] = [];
  for (let p = 0; p < Math.min(stepH, windowH); p++) {
    for (let q = 0; q < Math.min(stepW, windowW); q++) {
      phases.push(tapsAt(windowH, stepH, p).flatMap((i) => tapsAt(windowW, stepW, q).map((j) => i * windowW + j)));
    }
  }
  return phases;
}

/** One phase's weights as [⌈outputs/8⌉][taps][⌈inputs/2⌉][8][2], and the sums of what they mean for each output. */
function packPhase(
  weights: Int8Array,
  zeroPoint: number,
  [outputs, windowH, windowW, inputs]: OHWI,
  taps: readonly number[],
) {
  const tapBytes = (inputs + (inputs & 1)) * blockOutputs;
  const packed = new Int8Array(Math.ceil(outputs / blockOutputs) * taps.length * tapBytes);
  const sums = { all: new Int32Array(outputs), positive: new Int32Array(outputs) };
  for (let o = 0; o < outputs; o++) {
    const lane = o % blockOutputs;
    const block = ((o - lane) / blockOutputs) * taps.length;
    taps.forEach((tap, t) => {
      for (let k = 0; k < inputs; k++) {
        const weight = weights[(o * windowH * windowW + tap) * inputs + k];
        packed[(block + t) * tapBytes + ((k >> 1) * blockOutputs + lane) * 2 + (k & 1)] = weight;
        addWeight(sums, o, weight - zeroPoint);
      }
    });
  }
  return { packed, sums };
}

function concatenated<T extends Int8Array | Int32Array>(whole: T, parts: readonly T[]): T {
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const widest = (a: AccumulatorRange, b: AccumulatorRange): AccumulatorRange => [
  Math.min(a[0], b[0]),
  Math.max(a[1], b[1]),
];

/**
 * Transposed convolution. The pixels of y fall into stride × stride phases, each of which meets taps of its own: a small
 * convolution with stride 1 over x.
 */
export const transposeConv: KernelOf<'transposeConv', TransposeConv2dAttributes> = {
  name: 'transpose-conv',
  opcode: 'transposeConv',

  refuses: (view) => whyNotConvolution(view, view.inputs[1]?.shape[0] ?? 0),

  /** One pixel of zero points, an even number of bytes, in place of those outside x. */
  scratchBytes(view) {
    const [, , , c] = nhwc(inputOf(view, 0));
    return Math.ceil((c + 1) / 16) * 16;
  },

  pack(view, context) {
    const { stride, crop } = view.attributes;
    const shape = weightsOf(view);
    const [outputs, tapsH, tapsW] = shape;
    const weights = inputOf(view, 1).data as Int8Array;
    const bias = view.inputs[2]?.data as Int32Array | undefined;
    const xZeroPoint = perTensor(inputOf(view, 0)).zeroPoint;
    const channels = blockChannels(1, outputs);
    const weightsZero = weightsZeroOf(view);
    const phases = phasesOf(view).map((taps) => packPhase(weights, weightsZero, shape, taps));

    const none: WeightSums = { all: new Int32Array(outputs), positive: new Int32Array(outputs) };
    const sums = [none, ...phases.map((phase) => phase.sums)];
    const biases = sums.map(({ all }) => foldedBias(channels, bias, all, xZeroPoint));
    const ranges = sums
      .map((phase) => accumulatorRanges(bias, phase, xZeroPoint))
      .reduce((a, b) => a.map((range, o) => widest(range, b[o])));
    const bytes = phases.reduce((sum, { packed }) => sum + packed.length, 0);
    return {
      tapsH,
      tapsW,
      stepH: stride[0],
      stepW: stride[1],
      cropTop: crop[0],
      cropLeft: crop[1],
      weightsZero,
      weights: context.data(
        concatenated(
          new Int8Array(bytes),
          phases.map(({ packed }) => packed),
        ),
      ),
      bias: context.data(concatenated(new Int32Array(biases.length * channels.length), biases)),
      ...packRequantization(view, context, channels, ranges),
    };
  },
};
