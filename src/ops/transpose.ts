import type { Numbers } from '../format/values.ts';
import type { ReshapeAttributes, TransposeAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc, outputOf } from '../graph/graph.ts';
import { defineOp, equivalent, type NodeView } from '../graph/op.ts';
import { type AxisOrder, eachChannel, oneToOne } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { transpose as kernel } from '../kernels/transpose.ts';
import { reshape } from './reshape.ts';

/** Element by element, each to where its three indices are in y's order. */
function copyAcross(view: NodeView<TransposeAttributes>, x: Numbers, y: Numbers): void {
  const { order } = view.attributes;
  const [, h, w, c] = nhwc(inputOf(view, 0));
  const [, , ow, oc] = nhwc(outputOf(view));
  for (let row = 0; row < h; row++) {
    for (let column = 0; column < w; column++) {
      for (let channel = 0; channel < c; channel++) {
        const at = [row, column, channel];
        const [oy, ox, o] = order.map((axis) => at[axis]) as [number, number, number];
        y[(oy * ow + ox) * oc + o] = x[(row * w + column) * c + channel];
      }
    }
  }
}

/** Whether the axes of a shape that are not of size 1 keep their order. */
function keepsElements([, ...size]: readonly number[], order: AxisOrder): boolean {
  const moved = order.filter((axis) => size[axis] > 1);
  return moved.every((axis, i) => i === 0 || axis > moved[i - 1]);
}

/** The axes of one image in another order: NCHW from NHWC, or the other way. */
export const transpose = defineOp<TransposeAttributes>({
  type: 'Transpose',
  summary: 'Rows, columns and channels in another order; a view where that only moves axes of size 1',

  outputShapes(inputs, { order }) {
    const [, ...x] = nhwc(inputs[0] as Tensor);
    if (order.length !== 3 || [...order].sort().join() !== '0,1,2') {
      throw new Error(`the order of axes ${order} is not a permutation of 0, 1 and 2`);
    }
    const size = (axis: number): number => x[axis];
    return [[1, size(order[0]), size(order[1]), size(order[2])]];
  },

  macs: () => 0,
  rowsRead: 'row for row, or all rows',
  rows: ({ attributes: { order } }) =>
    order[0] === 0 ? oneToOne : { kind: 'whole', reason: 'a row of y is a column or a channel of every row of x' },
  channels: ({ attributes: { order } }) => (order[2] === 2 ? eachChannel : undefined),
  axisOrder: ({ order }) => order,
  withAxisOrder: (order) => ({ order }),

  equivalent(view) {
    if (!keepsElements(inputOf(view, 0).shape, view.attributes.order)) return undefined;
    return equivalent<ReshapeAttributes>(reshape, { shape: nhwc(outputOf(view)) });
  },

  mayOverwrite: [],

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8'], per: 'tensor', sameAs: 'x' }],
  },

  reference: (view, [x], [y]) => copyAcross(view, x as Numbers, y as Numbers),
  float: (view, [x], [y]) => copyAcross(view, x as Float32Array, y),

  kernels: [kernel],
});
