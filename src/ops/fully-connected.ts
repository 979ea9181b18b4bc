import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { convRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { FullyConnectedAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { oneToOne } from '../graph/rules.ts';
import { elements, perTensor, type Tensor } from '../graph/tensor.ts';
import { gemm } from '../kernels/gemm.ts';
import { withActivation } from './activations.ts';
import { outputAxes, weightedOperands } from './weighted.ts';

type OI = readonly [o: number, i: number];

const weightsOf = (view: NodeView<FullyConnectedAttributes>): OI => inputOf(view, 1).shape as unknown as OI;

/**
 * y[o] = bias[o] + Σₖ x[k] · weights[o, k]: of every pixel where x has as many channels as the weights have inputs, else of
 * the whole map in NHWC order.
 */
export const fullyConnected = defineOp<FullyConnectedAttributes>({
  type: 'FullyConnected',
  summary: 'Matrix product of every pixel, or of the whole map',

  outputShapes(inputs) {
    const [, h, w, c] = nhwc(inputs[0] as Tensor);
    const [o, i] = (inputs[1] as Tensor).shape as unknown as OI;
    const bias = inputs[2];
    if (bias && elements(bias.shape) !== o) throw new Error(`a bias of ${elements(bias.shape)} for ${o} outputs`);
    if (c === i) return [[1, h, w, o]];
    if (h * w * c === i) return [[1, 1, 1, o]];
    throw new Error(`weights ${o}×${i} fit neither ${c} channels nor the ${h * w * c} values of ${h}×${w}×${c}`);
  },

  macs: (view) => elements(nhwc(outputOf(view))) * weightsOf(view)[1],

  rowsRead: 'row for row, or, of the whole map, the rows under a window as large',
  rows(view) {
    const [, h, , c] = nhwc(inputOf(view, 0));
    // The whole map is one window as high as it.
    return c === weightsOf(view)[1] ? oneToOne : { kind: 'window', window: h, stride: 1, dilation: 1, top: 0 };
  },

  withActivation,
  channels: () => ({ kind: 'mixed', x: [{ input: 1, axis: 1 }], y: outputAxes }),
  mayOverwrite: [],

  operands: weightedOperands(0),

  reference(view, inputs, outputs) {
    const [x, weights, bias] = inputs as [Numbers, Numbers, Numbers | undefined];
    const [y] = outputs as [Numbers];
    const [outs, depth] = weightsOf(view);
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const weightZeros = inputOf(view, 1).quantization?.zeroPoint ?? [0];
    const { multiplier, shift } = convRequantize(view, outs);
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    for (let row = 0; row < x.length / depth; row++) {
      for (let o = 0; o < outs; o++) {
        const weightZero = weightZeros[o % weightZeros.length];
        let acc = bias?.[o] ?? 0;
        for (let k = 0; k < depth; k++) {
          const value = x[row * depth + k] - xZero;
          acc = (acc + value * (weights[o * depth + k] - weightZero)) | 0;
        }
        const q = requantize(acc, multiplier[o], shift[o]) + yZero;
        y[row * outs + o] = clamp(q, min, max);
      }
    }
  },

  float(view, inputs, outputs) {
    const [x, weights, bias] = inputs as [Float32Array, Float32Array, Float32Array | undefined];
    const [y] = outputs as [Float32Array];
    const [outs, depth] = weightsOf(view);
    for (let row = 0; row < x.length / depth; row++) {
      for (let o = 0; o < outs; o++) {
        let acc = bias?.[o] ?? 0;
        for (let k = 0; k < depth; k++) {
          const product = x[row * depth + k] * weights[o * depth + k];
          acc = Math.fround(acc + Math.fround(product));
        }
        y[row * outs + o] = clampReal(view.attributes.activation, acc);
      }
    }
  },

  kernels: [gemm],
});
