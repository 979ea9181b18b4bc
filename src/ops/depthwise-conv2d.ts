import { activationRange } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { convRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { DepthwiseConv2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { elements, type HWC, perTensor, type Tensor } from '../graph/tensor.ts';
import { depthwise } from '../kernels/depthwise.ts';
import { oneChannel } from '../kernels/one-channel.ts';
import { withActivation } from './activations.ts';
import { depthwiseConv2dFloat } from './float/depthwise-conv2d.ts';
import { weightedOperands } from './weighted.ts';
import { addPadding, windowRows, windowsOver, zeroPadding } from './windows.ts';

const filterOf = (weights: Tensor): HWC => weights.shape as unknown as HWC;
const weightsOf = (view: NodeView<DepthwiseConv2dAttributes>): HWC => filterOf(inputOf(view, 1));

/**
 * y[oy, ox, o] = bias[o] + Σᵢⱼ x[oy·stride + i·dilation − top, …, ⌊o / depthMultiplier⌋] · weights[i, j, o], where
 * depthMultiplier = output channels / input channels and x outside the image is real 0.
 */
export const depthwiseConv2d = defineOp<DepthwiseConv2dAttributes>({
  type: 'DepthwiseConv2d',
  summary: 'Depthwise convolution: one filter, or depth multiplier filters, a channel',

  outputShapes(inputs, attributes) {
    const x = nhwc(inputs[0] as Tensor);
    const [windowH, windowW, c] = filterOf(inputs[1] as Tensor);
    if (c % x[3] !== 0) {
      throw new Error(`weights of ${c} channels are not a multiple of the input's ${x[3]}`);
    }
    const bias = inputs[2];
    if (bias && elements(bias.shape) !== c) throw new Error(`a bias of ${elements(bias.shape)} for ${c} channels`);
    return [[1, ...windowsOver(x, [windowH, windowW], attributes), c]];
  },

  macs(view) {
    const [windowH, windowW] = weightsOf(view);
    return elements(nhwc(outputOf(view))) * windowH * windowW;
  },

  rowsRead: 'the rows under its window',
  rows: (view) => windowRows(weightsOf(view)[0], view.attributes),

  padding(view) {
    const [windowH, windowW] = weightsOf(view);
    return zeroPadding(nhwc(inputOf(view, 0)), nhwc(outputOf(view)), [windowH, windowW], view.attributes);
  },

  withPadding: (attributes, padding) => ({ ...attributes, padding: addPadding(attributes.padding, padding) }),
  withActivation,

  channels: (view) =>
    weightsOf(view)[2] === nhwc(inputOf(view, 0))[3]
      ? {
          kind: 'each',
          constants: [
            { input: 1, axis: 2 },
            { input: 2, axis: 0 },
          ],
        }
      : undefined,

  mayOverwrite: [],

  operands: weightedOperands(2),

  reference,
  float: depthwiseConv2dFloat,
  kernels: [oneChannel, depthwise],
});

function reference(
  view: NodeView<DepthwiseConv2dAttributes>,
  inputs: readonly (Numbers | undefined)[],
  outputs: readonly Numbers[],
) {
  const [x, weights, bias] = inputs as [Numbers, Numbers, Numbers | undefined];
  const [y] = outputs as [Numbers];
  const { stride, dilation, padding, activation } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [windowH, windowW, outs] = weightsOf(view);
  const [, oh, ow] = nhwc(outputOf(view));
  const depthMultiplier = outs / c;
  const xZero = perTensor(inputOf(view, 0)).zeroPoint;
  const yZero = perTensor(outputOf(view)).zeroPoint;
  const { requantize = requantizeOne } = view;
  const weightZeros = inputOf(view, 1).quantization?.zeroPoint ?? [0];
  const { multiplier, shift } = convRequantize(view, outs);
  const { min, max } = activationRange(activation, outputOf(view));
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let o = 0; o < outs; o++) {
        const weightZero = weightZeros[o % weightZeros.length];
        const channel = Math.floor(o / depthMultiplier);
        let acc = bias?.[o] ?? 0;
        for (let i = 0; i < windowH; i++) {
          const iy = oy * stride[0] + i * dilation[0] - padding.top;
          if (iy < 0 || iy >= h) continue;
          for (let j = 0; j < windowW; j++) {
            const ix = ox * stride[1] + j * dilation[1] - padding.left;
            if (ix < 0 || ix >= w) continue;
            const value = x[(iy * w + ix) * c + channel] - xZero;
            acc = (acc + value * (weights[(i * windowW + j) * outs + o] - weightZero)) | 0;
          }
        }
        const q = requantize(acc, multiplier[o], shift[o]) + yZero;
        y[(oy * ow + ox) * outs + o] = clamp(q, min, max);
      }
    }
  }
}
