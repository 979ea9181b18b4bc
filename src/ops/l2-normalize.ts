import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { inverseSqrt } from '../arithmetic/inverse-sqrt.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { l2Normalize as kernel } from '../kernels/normalize.ts';
import { rowForRow } from './elementwise.ts';

/** y = x / √Σ x² over channels: the root by Newton's steps in fixed point; y has scale 1/128 and zero point 0. */
export const l2Normalize = defineOp<ElementwiseAttributes>({
  ...rowForRow,
  type: 'L2Normalize',
  summary: 'Values over their Euclidean norm over channels, in fixed point',

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', fixed: { scale: 1 / 128, zeroPoint: 0 } }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    const [, , , c] = nhwc(inputOf(view, 0));
    const { zeroPoint } = perTensor(inputOf(view, 0));
    for (let first = 0; first < x.length; first += c) {
      let squares = 0;
      for (let i = first; i < first + c; i++) squares += (x[i] - zeroPoint) ** 2;
      const { multiplier, shift } = inverseSqrt(squares);
      for (let i = first; i < first + c; i++) {
        y[i] = clamp(requantizeOne(x[i] - zeroPoint, multiplier, shift + 7), -128, 127);
      }
    }
  },

  /** The sum in order, its root, at least 1e-6, and the quotient: each rounded to float32. */
  float(view, inputs, outputs) {
    const [x] = inputs as [Float32Array];
    const [y] = outputs as [Float32Array];
    const [, , , c] = nhwc(inputOf(view, 0));
    for (let first = 0; first < x.length; first += c) {
      const row = x.subarray(first, first + c);
      const squares = row.reduce((total, value) => Math.fround(total + Math.fround(value * value)), 0);
      const norm = Math.max(Math.fround(Math.sqrt(squares)), Math.fround(1e-6));
      row.forEach((value, i) => {
        y[first + i] = value / norm;
      });
    }
  },

  kernels: [kernel],
});
