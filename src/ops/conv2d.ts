import { activationRange } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { convRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { Conv2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { elements, type OHWI, perTensor, type Tensor } from '../graph/tensor.ts';
import { gemm } from '../kernels/gemm.ts';
import { withActivation } from './activations.ts';
import { conv2dFloat } from './float/conv2d.ts';
import { outputAxes, weightedOperands } from './weighted.ts';
import { addPadding, windowRows, windowsOver, zeroPadding } from './windows.ts';

const filterOf = (weights: Tensor): OHWI => weights.shape as unknown as OHWI;

function weightsOf(view: NodeView<Conv2dAttributes>): OHWI {
  return filterOf(inputOf(view, 1));
}

/**
 * y[oy, ox, o] = bias[o] + Σᵢⱼₖ x[oy·stride + i·dilation − top, …, g·I + k] · weights[o, i, j, k], where g is o's group, I the
 * channels of a group, and x outside the image is real 0.
 */
export const conv2d = defineOp<Conv2dAttributes>({
  type: 'Conv2d',
  summary: 'Standard and grouped convolution; pointwise with a 1×1 window',

  outputShapes(inputs, attributes) {
    const x = nhwc(inputs[0] as Tensor);
    const [o, windowH, windowW, i] = filterOf(inputs[1] as Tensor);
    const { groups } = attributes;
    if (x[3] !== i * groups || o % groups !== 0) {
      throw new Error(
        `${x[3]} input channels do not go with ${groups} groups of weights ${o}×${windowH}×${windowW}×${i}`,
      );
    }
    const bias = inputs[2];
    if (bias && elements(bias.shape) !== o) throw new Error(`a bias of ${elements(bias.shape)} for ${o} outputs`);
    return [[1, ...windowsOver(x, [windowH, windowW], attributes), o]];
  },

  macs: (view) => elements(nhwc(outputOf(view))) * elements(weightsOf(view).slice(1)),
  rowsRead: 'the rows under its window',
  rows: (view) => windowRows(weightsOf(view)[1], view.attributes),

  padding(view) {
    const [, windowH, windowW] = weightsOf(view);
    return zeroPadding(nhwc(inputOf(view, 0)), nhwc(outputOf(view)), [windowH, windowW], view.attributes);
  },

  withPadding: (attributes, padding) => ({ ...attributes, padding: addPadding(attributes.padding, padding) }),
  withActivation,

  channels: ({ attributes }) =>
    attributes.groups === 1 ? { kind: 'mixed', x: [{ input: 1, axis: 3 }], y: outputAxes } : undefined,

  mayOverwrite: [],

  operands: weightedOperands(0),

  reference,
  float: conv2dFloat,
  kernels: [gemm],
});

function reference(
  view: NodeView<Conv2dAttributes>,
  inputs: readonly (Numbers | undefined)[],
  outputs: readonly Numbers[],
) {
  const [x, weights, bias] = inputs as [Numbers, Numbers, Numbers | undefined];
  const [y] = outputs as [Numbers];
  const { stride, dilation, padding, groups, activation } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [outs, windowH, windowW, depth] = weightsOf(view);
  const [, oh, ow] = nhwc(outputOf(view));
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
        const firstChannel = Math.floor(o / (outs / groups)) * depth;
        let acc = bias?.[o] ?? 0;
        for (let i = 0; i < windowH; i++) {
          const iy = oy * stride[0] + i * dilation[0] - padding.top;
          if (iy < 0 || iy >= h) continue;
          for (let j = 0; j < windowW; j++) {
            const ix = ox * stride[1] + j * dilation[1] - padding.left;
            if (ix < 0 || ix >= w) continue;
            for (let k = 0; k < depth; k++) {
              const value = x[(iy * w + ix) * c + firstChannel + k] - xZero;
              const weight = weights[((o * windowH + i) * windowW + j) * depth + k] - weightZero;
              acc = (acc + value * weight) | 0;
            }
          }
        }
        const q = requantize(acc, multiplier[o], shift[o]) + yZero;
        y[(oy * ow + ox) * outs + o] = clamp(q, min, max);
      }
    }
  }
}
