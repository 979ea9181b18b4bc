import type { Numbers } from '../format/values.ts';
import type { ArgMaxAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import { defineOp } from '../graph/op.ts';
import { oneToOne } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { argMax as kernel } from '../kernels/arg-max.ts';

/** y[h, w] = the first channel of x[h, w] that has the greatest value, or the least. */
export const argMax = defineOp<ArgMaxAttributes>({
  type: 'ArgMax',
  summary: 'Index of the greatest (or least) channel, the first of equal ones',

  outputShapes(inputs) {
    const [, h, w] = nhwc(inputs[0] as Tensor);
    return [[1, h, w, 1]];
  },

  macs: () => 0,
  rows: () => oneToOne,
  rowsRead: 'row for row',
  mayOverwrite: [],
  classes: (view) => nhwc(inputOf(view, 0))[3],

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8'] }],
    outputs: [{ name: 'y', dtypes: ['i32', 'i64'] }],
  },

  reference(view, [x], [y]) {
    const c = nhwc(inputOf(view, 0))[3];
    const sign = view.attributes.of === 'max' ? 1 : -1;
    const indices = y as Int32Array | BigInt64Array;
    for (let pixel = 0; pixel < indices.length; pixel++) {
      const values = Array.from((x as Numbers).subarray(pixel * c, (pixel + 1) * c), (value) => sign * value);
      const best = values.indexOf(Math.max(...values));
      if (indices instanceof BigInt64Array) indices[pixel] = BigInt(best);
      else indices[pixel] = best;
    }
  },

  kernels: [kernel],
});
