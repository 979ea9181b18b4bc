import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { preluRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { elements, perTensor, type Tensor } from '../graph/tensor.ts';
import { prelu as kernel } from '../kernels/prelu.ts';
import { elementwise } from './elementwise.ts';

/** f(value, its slope) for every value of x; the one slope, or that of its channel. */
function eachSlope(
  x: ArrayLike<number>,
  slopes: ArrayLike<number>,
  y: { [i: number]: number },
  f: (value: number, slope: number) => number,
): void {
  for (let i = 0; i < x.length; i++) y[i] = f(x[i], slopes[i % slopes.length]);
}

/** y = x from 0 on, slope · x below, the slope being one for each channel, or one for all. */
export const prelu = defineOp<ElementwiseAttributes>({
  ...elementwise,
  type: 'Prelu',
  summary: 'Parametric ReLU: x from 0 on, below it x times a slope for each channel, or one for all',

  outputShapes(inputs) {
    const [x, slopes] = inputs as [Tensor, Tensor];
    const channels = nhwc(x)[3];
    const count = elements(slopes.shape);
    if (slopes.shape.at(-1) !== count || (count !== 1 && count !== channels)) {
      throw new Error(`slopes [${slopes.shape}] do not fit ${channels} channels (one, or one a channel)`);
    }
    return [x.shape];
  },

  channels(view) {
    const { shape } = inputOf(view, 1);
    return { kind: 'each', constants: elements(shape) === 1 ? [] : [{ input: 1, axis: shape.length - 1 }] };
  },

  operands: {
    inputs: [
      { name: 'x', dtypes: ['i8'], per: 'tensor' },
      { name: 'slopes', dtypes: ['i8'], per: 'tensor' },
    ],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
  },

  reference(view, inputs, outputs) {
    const [x, slopes] = inputs as [Numbers, Numbers];
    const [xZero, slopeZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(inputOf(view, 1)).zeroPoint];
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { above, below } = preluRequantize(view);
    eachSlope(x, slopes, outputs[0] as Numbers, (q, slope) => {
      const value = q - xZero;
      const scaled =
        value >= 0
          ? requantize(value, above.multiplier, above.shift)
          : requantize(value * (slope - slopeZero), below.multiplier, below.shift);
      return clamp(scaled + yZero, -128, 127);
    });
  },

  float: (_, [x, slopes], [y]) =>
    eachSlope(x as Float32Array, slopes as Float32Array, y, (value, slope) => (value >= 0 ? value : value * slope)),

  kernels: [kernel],
});
