import { activationRange } from '../arithmetic/activation-range.ts';
import { clamp, type Multiplier, requantizeOne } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { MeanAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import type { NodeView, Op } from '../graph/op.ts';
import { eachChannel, oneToOne } from '../graph/rules.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';

/** What an operator does with the sums over height and width, or over channels. */
interface Total {
  /** The factor of a sum of `count` values in which x's zero point counts nothing. */
  multiplier(view: NodeView<MeanAttributes>, count: number): Multiplier;
  /** The same of a sum of real values, which were added in row-major order from +0. */
  real(sum: number, count: number): number;
}

/** All of an operator that gives one value for many by their sum but its names and kernels. */
export const totalOf = ({
  multiplier: multiplierOf,
  real,
}: Total): Omit<Op<MeanAttributes>, 'type' | 'summary' | 'kernels'> => ({
  outputShapes(inputs, { axes }) {
    const [, h, w, c] = nhwc(inputs[0] as Tensor);
    return axes === 'hw' ? [[1, 1, 1, c]] : [[1, h, w, 1]];
  },

  macs: () => 0,

  rowsRead: 'all rows, or row for row over channels',
  rows: (view) =>
    view.attributes.axes === 'c' ? oneToOne : { kind: 'whole', reason: 'every row counts in the one mean' },

  channels: ({ attributes }) => (attributes.axes === 'hw' ? eachChannel : { kind: 'mixed', x: [], y: [] }),
  mayOverwrite: [],

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    const [, h, w, c] = nhwc(inputOf(view, 0));
    const overChannels = view.attributes.axes === 'c';
    const xZero = perTensor(inputOf(view, 0)).zeroPoint;
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = multiplierOf(view, overChannels ? c : h * w);
    const { min, max } = activationRange('none', outputOf(view));
    const sums = new Int32Array(y.length);
    for (let i = 0; i < x.length; i++) {
      const place = overChannels ? Math.floor(i / c) : i % c;
      sums[place] = sums[place] + x[i] - xZero;
    }
    sums.forEach((sum, place) => {
      y[place] = clamp(requantize(sum, multiplier, shift) + yZero, min, max);
    });
  },

  float(view, inputs, outputs) {
    const [x] = inputs as [Float32Array];
    const [y] = outputs as [Float32Array];
    const [, h, w, c] = nhwc(inputOf(view, 0));
    const overChannels = view.attributes.axes === 'c';
    const sums = new Float32Array(y.length);
    for (let i = 0; i < x.length; i++) {
      const place = overChannels ? Math.floor(i / c) : i % c;
      sums[place] = sums[place] + x[i];
    }
    sums.forEach((sum, place) => {
      y[place] = real(sum, overChannels ? c : h * w);
    });
  },
});
