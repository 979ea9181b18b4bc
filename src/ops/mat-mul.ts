import { activationRange } from '../arithmetic/activation-range.ts';
import { clamp, requantizeOne } from '../arithmetic/fixed-point.ts';
import { mulRequantize } from '../arithmetic/multipliers.ts';
import type { Numbers } from '../format/values.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import { oneToOne } from '../graph/rules.ts';
import { elements, perTensor, type Tensor } from '../graph/tensor.ts';
import { matMul as kernel } from '../kernels/mat-mul.ts';

/** Calls `product` with the places of a row of a and one of b, and of y, for each value of y. */
function eachProduct(view: NodeView, product: (a: number, b: number, depth: number, y: number) => void): void {
  const [, h, m, depth] = nhwc(inputOf(view, 0));
  const [, bRows, n] = nhwc(inputOf(view, 1));
  for (let row = 0; row < h; row++) {
    for (let i = 0; i < m; i++) {
      for (let o = 0; o < n; o++) {
        const a = (row * m + i) * depth;
        const b = ((bRows === 1 ? 0 : row) * n + o) * depth;
        product(a, b, depth, (row * m + i) * n + o);
      }
    }
  }
}

/** y[r, p, o] = Σₖ a[r, p, k] · b[r, o, k]: a matrix product for each row of the map; b is transposed, and may have one row for all. */
export const matMul = defineOp<ElementwiseAttributes>({
  type: 'MatMul',
  summary:
    'Matrix products of two computed tensors, one for each row; the second is transposed, and may have one row for all',

  outputShapes(inputs) {
    const [[, h, m, depth], [, rows, n, other]] = [nhwc(inputs[0] as Tensor), nhwc(inputs[1] as Tensor)];
    if (depth !== other) throw new Error(`a has ${depth} channels and b ${other} (as many)`);
    if (rows !== 1 && rows !== h) throw new Error(`a has ${h} rows and b ${rows} (as many, or one)`);
    return [[1, h, m, n]];
  },

  macs: (view) => elements(nhwc(outputOf(view))) * nhwc(inputOf(view, 0))[3],
  rowsRead: 'row for row, or row 0 where it is broadcast',
  rows(view, input) {
    const isOne = nhwc(inputOf(view, 1))[1] === 1 && nhwc(outputOf(view))[1] !== 1;
    return input === 1 && isOne ? { kind: 'once' } : oneToOne;
  },
  mayOverwrite: [],

  operands: {
    inputs: [
      { name: 'a', dtypes: ['i8'], per: 'tensor' },
      { name: 'b', dtypes: ['i8'], per: 'tensor' },
    ],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor' }],
  },

  reference(view, inputs, outputs) {
    const [a, b] = inputs as [Numbers, Numbers];
    const [y] = outputs as [Numbers];
    const [aZero, bZero] = [perTensor(inputOf(view, 0)).zeroPoint, perTensor(inputOf(view, 1)).zeroPoint];
    const yZero = perTensor(outputOf(view)).zeroPoint;
    const { requantize = requantizeOne } = view;
    const { multiplier, shift } = mulRequantize(view, 'f64');
    const { min, max } = activationRange('none', outputOf(view));
    eachProduct(view, (first, second, depth, at) => {
      let acc = 0;
      for (let k = 0; k < depth; k++) acc = (acc + (a[first + k] - aZero) * (b[second + k] - bZero)) | 0;
      y[at] = clamp(requantize(acc, multiplier, shift) + yZero, min, max);
    });
  },

  float(view, inputs, outputs) {
    const [a, b] = inputs as [Float32Array, Float32Array];
    const [y] = outputs as [Float32Array];
    eachProduct(view, (first, second, depth, at) => {
      let acc = 0;
      for (let k = 0; k < depth; k++) acc = Math.fround(acc + Math.fround(a[first + k] * b[second + k]));
      y[at] = acc;
    });
  },

  kernels: [kernel],
});
