import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { convRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { TransposeConv2dAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { elements, type OHWI, perTensor, type Tensor } from '../graph/tensor.ts';
import { transposeConv } from '../kernels/transpose-conv.ts';
import { withActivation } from './activations.ts';
import { outputAxes, weightedOperands } from './weighted.ts';

type View = NodeView<TransposeConv2dAttributes>;

const weightsOf = (view: View): OHWI => inputOf(view, 1).shape as unknown as OHWI;

/**
 * y[oy, ox, o] = bias[o] + Σᵢⱼₖ x[iy, ix, k] · weights[o, i, j, k] over the taps i, j with iy · stride + i = oy + top and
 * ix · stride + j = ox + left for some pixel iy, ix of x: each pixel of x is spread over y by a window of weights.
 */
export const transposeConv2d = defineOp<TransposeConv2dAttributes>({
  type: 'TransposeConv2d',
  summary: 'Transposed convolution: pixels spread over a larger map, each by a window of weights',

  outputShapes(inputs, { size, crop, stride }) {
    const [, , , c] = nhwc(inputs[0] as Tensor);
    const [o, windowH, windowW, i] = (inputs[1] as Tensor).shape as unknown as OHWI;
    if (c !== i) throw new Error(`${c} input channels do not go with weights ${o}×${windowH}×${windowW}×${i}`);
    const bias = inputs[2];
    if (bias && elements(bias.shape) !== o) throw new Error(`a bias of ${elements(bias.shape)} for ${o} outputs`);
    if (stride.some((step) => step < 1)) throw new Error(`stride ${stride} is less than 1`);
    if (crop.some((count) => count < 0)) throw new Error(`${crop} rows and columns to leave out are less than 0`);
    return [[1, ...size, o]];
  },

  macs: (view) => elements(nhwc(inputOf(view, 0))) * elements(weightsOf(view).slice(0, 3)),
  rowsRead: 'the rows that it lies between',

  rows(view) {
    const [, h] = nhwc(inputOf(view, 0));
    const [, windowH] = weightsOf(view);
    const { stride, crop } = view.attributes;
    return {
      kind: 'span',
      rows(y) {
        const end = Math.min(Math.floor((y + crop[0]) / stride[0]) + 1, h);
        return [Math.min(Math.max(Math.ceil((y + crop[0] - windowH + 1) / stride[0]), 0), end), end];
      },
    };
  },

  withActivation,
  channels: () => ({ kind: 'mixed', x: [{ input: 1, axis: 3 }], y: outputAxes }),
  mayOverwrite: [],

  operands: weightedOperands(0),

  reference(view, inputs, outputs) {
    const [x, weights, bias] = inputs as [Numbers, Numbers, Numbers | undefined];
    const [y] = outputs as [Numbers];
    const [outs] = weightsOf(view);
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const weightZeros = inputOf(view, 1).quantization?.zeroPoint ?? [0];
    const { multiplier, shift } = convRequantize(view, outs);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    eachOutput(view, (at, o, products) => {
      const weightZero = weightZeros[o % weightZeros.length];
      let acc = bias?.[o] ?? 0;
      products((i, w) => {
        acc = (acc + (x[i] - xZero) * (weights[w] - weightZero)) | 0;
      });
      y[at] = clamp(requantize(acc, multiplier[o], shift[o]) + yZero, min, max);
    });
  },

  /** The sum begins as the bias (+0 without one) and takes the products that there are in the order of the weights. */
  float(view, inputs, outputs) {
    const [x, weights, bias] = inputs as [Float32Array, Float32Array, Float32Array | undefined];
    const [y] = outputs as [Float32Array];
    eachOutput(view, (at, o, products) => {
      let acc = bias?.[o] ?? 0;
      products((i, w) => {
        acc = Math.fround(acc + Math.fround(x[i] * weights[w]));
      });
      y[at] = clampReal(view.attributes.activation, acc);
    });
  },

  kernels: [transposeConv],
});

/** Calls `visit` for each value of y with its place, its channel, and what goes over its products: places in x and weights. */
function eachOutput(
  view: View,
  visit: (at: number, o: number, products: (multiply: (i: number, w: number) => void) => void) => void,
): void {
  const { stride, crop } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [outs, windowH, windowW] = weightsOf(view);
  const [, oh, ow] = nhwc(outputOf(view));
  for (let oy = 0; oy < oh; oy++) {
    for (let ox = 0; ox < ow; ox++) {
      for (let o = 0; o < outs; o++) {
        visit((oy * ow + ox) * outs + o, o, (multiply) => {
          for (let i = 0; i < windowH; i++) {
            const iy = (oy + crop[0] - i) / stride[0];
            if (!Number.isInteger(iy) || iy < 0 || iy >= h) continue;
            for (let j = 0; j < windowW; j++) {
              const ix = (ox + crop[1] - j) / stride[1];
              if (!Number.isInteger(ix) || ix < 0 || ix >= w) continue;
              for (let k = 0; k < c; k++) multiply((iy * w + ix) * c + k, ((o * windowH + i) * windowW + j) * c + k);
            }
          }
        });
      }
    }
  }
}
