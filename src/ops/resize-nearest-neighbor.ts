import { nearestPlace } from '../arithmetic/resize-positions.ts';
import type { Numbers } from '../format/values.ts';
import type { ResizeAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import type { Tensor } from '../graph/tensor.ts';
import { resizeNearestNeighbor as kernel } from '../kernels/resize.ts';
import { betweenRows, eachCrossing, type Mixing, resized, resizedShape } from './resize.ts';

const nearest: Mixing = (axis, i) => {
  const place = nearestPlace(axis, i);
  return { first: place, last: place, distance: 0 };
};

/** Each pixel of y is one of x. */
export const resizeNearestNeighbor = defineOp<ResizeAttributes>({
  ...resized,
  type: 'ResizeNearestNeighbor',
  summary: 'Another height and width: each pixel is the nearest of the input',
  outputShapes: ([x], attributes) => resizedShape(x as Tensor, attributes),
  rows: (view) => betweenRows(view, nearest),

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8', 'u8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8', 'u8'], per: 'tensor', sameAs: 'x' }],
  },

  reference: (view, [x], [y]) =>
    eachCrossing(view, nearest, x as Numbers, y as Numbers, (row, column, at) => at(row.first, column.first)),

  float: (view, [x], [y]) =>
    eachCrossing(view, nearest, x as Float32Array, y, (row, column, at) => at(row.first, column.first)),

  kernels: [kernel],
});
