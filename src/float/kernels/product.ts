import type { Conv2dAttributes, FullyConnectedAttributes } from '../../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import type { OHWI } from '../../graph/tensor.ts';
import { biasOf, constantOf, limits, type Reservations, type RunNode } from '../kernel.ts';

/** Bytes of windows that are multiplied with all weights before the next: they stay in a cache of 256 KB or more. */
const chunkBytes = 128 * 1024;

/** Pixels of one chunk: whole tiles of four. */
const chunkOf = (depth: number): number => Math.max(4, Math.floor(chunkBytes / (4 * depth)) & ~3);

const blocksOf = (outputs: number): number => Math.ceil(outputs / 8);

/** [outputs][depth] as [⌈outputs/8⌉][depth][8], filled up with zeros. */
export function packWeights(weights: Float32Array, outputs: number, depth: number): Float32Array {
  const packed = new Float32Array(blocksOf(outputs) * depth * 8);
  for (let o = 0; o < outputs; o++) {
    const block = (o >> 3) * depth * 8 + (o & 7);
    for (let k = 0; k < depth; k++) packed[block + k * 8] = weights[o * depth + k];
  }
  return packed;
}

function packBias(bias: Float32Array, outputs: number): Float32Array {
  const packed = new Float32Array(blocksOf(outputs) * 8);
  packed.set(bias);
  return packed;
}

/** Standard, grouped and pointwise convolution: windows are gathered, but for 1×1 with stride 1, which is read in place. */
export function convolution(view: NodeView<Conv2dAttributes>, layout: Reservations): RunNode | undefined {
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [, oh, ow, outs] = nhwc(outputOf(view));
  const [, windowH, windowW, groupDepth] = inputOf(view, 1).shape as unknown as OHWI;
  const { stride, dilation, padding, groups, activation } = view.attributes;
  const depth = windowH * windowW * groupDepth;
  const groupOutputs = outs / groups;
  const weights = constantOf(view, 1);
  const bias = biasOf(view, outs);
  if (!weights || !bias) return undefined;
  const constants = Array.from({ length: groups }, (_, g) => {
    const [first, end] = [g * groupOutputs, (g + 1) * groupOutputs];
    return {
      weights: layout.constant(packWeights(weights.subarray(first * depth, end * depth), groupOutputs, depth)),
      bias: layout.constant(packBias(bias.subarray(first, end), groupOutputs)),
    };
  });
  const pixels = oh * ow;
  const inPlace =
    windowH * windowW * stride[0] * stride[1] === 1 && pixels === h * w && padding.top === 0 && padding.left === 0;
  const chunk = Math.min(chunkOf(depth), pixels);
  if (!inPlace) layout.scratch(4 * chunk * depth);
  const [low, high] = limits(activation);
  const geometry = [
    h,
    w,
    c,
    groupDepth,
    windowH,
    windowW,
    ...stride,
    ...dilation,
    padding.top,
    padding.left,
    ow,
  ] as const;
  return (engine, { x, y, scratch }) => {
    for (let first = 0; first < pixels; first += chunk) {
      const count = Math.min(chunk, pixels - first);
      constants.forEach(({ weights, bias }, g) => {
        const group = x + 4 * g * groupDepth;
        if (!inPlace) engine.gather(group, scratch, first, count, ...geometry);
        const [a, aStep] = inPlace ? [group + 4 * first * c, 4 * c] : [scratch, 4 * depth];
        const out = y + 4 * (first * outs + g * groupOutputs);
        engine.product(a, aStep, count, depth, weights, bias, out, 4 * outs, groupOutputs, low, high);
      });
    }
  };
}

/** Every pixel, or the whole map as one. */
export function fullyConnected(view: NodeView<FullyConnectedAttributes>, layout: Reservations): RunNode | undefined {
  const [outs, depth] = inputOf(view, 1).shape as unknown as readonly [number, number];
  const weights = constantOf(view, 1);
  const bias = biasOf(view, outs);
  if (!weights || !bias) return undefined;
  const at = {
    weights: layout.constant(packWeights(weights, outs, depth)),
    bias: layout.constant(packBias(bias, outs)),
  };
  const [, h, w] = nhwc(outputOf(view));
  const pixels = h * w;
  const chunk = chunkOf(depth);
  const [low, high] = limits(view.attributes.activation);
  return (engine, { x, y }) => {
    for (let first = 0; first < pixels; first += chunk) {
      const count = Math.min(chunk, pixels - first);
      const [a, out] = [x + 4 * first * depth, y + 4 * first * outs];
      engine.product(a, 4 * depth, count, depth, at.weights, at.bias, out, 4 * outs, outs, low, high);
    }
  };
}
