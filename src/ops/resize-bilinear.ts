import { roundHalfAway } from '../arithmetic/fixed-point.ts';
import { integerPosition, leavesInput, placeSteps, realPosition } from '../arithmetic/resize-positions.ts';
import type { Numbers } from '../format/values.ts';
import type { ResizeBilinearAttributes } from '../graph/attributes.ts';
import { inputOf } from '../graph/graph.ts';
import { defineOp, type NodeView } from '../graph/op.ts';
import type { Tensor } from '../graph/tensor.ts';
import { resizeBilinear as kernel, resizedAxes } from '../kernels/resize.ts';
import { type Between, betweenRows, eachCrossing, type Mixing, resized, resizedShape } from './resize.ts';

/** Distances of whole 1,024ths. */
const inIntegers: Mixing = (axis, i) => {
  const position = integerPosition(axis, i);
  const first = Math.floor(position / placeSteps);
  return { first, last: Math.ceil(position / placeSteps), distance: position / placeSteps - first };
};

/** Distances in float32: of what lies before the first place or behind the last, from there. */
const inReals: Mixing = (axis, i) => {
  const position = realPosition(axis, i);
  const first = Math.max(Math.floor(position), 0);
  return { first, last: Math.min(Math.ceil(position), axis.from - 1), distance: Math.fround(position - first) };
};

const f32 = Math.fround;

/** The four values, each times its weight in y, then in x, added in this order; every operation in float32. */
function mixed(row: Between, column: Between, at: (row: number, column: number) => number): number {
  const [top, left] = [f32(1 - row.distance), f32(1 - column.distance)];
  const term = (value: number, inRows: number, inColumns: number): number => f32(f32(value * inRows) * inColumns);
  const upper = term(at(row.first, column.first), top, left);
  const lower = term(at(row.last, column.first), row.distance, left);
  const upperNext = term(at(row.first, column.last), top, column.distance);
  const lowerNext = term(at(row.last, column.last), row.distance, column.distance);
  return f32(f32(f32(upper + lower) + upperNext) + lowerNext);
}

const mixingOf = (view: NodeView<ResizeBilinearAttributes>): Mixing =>
  view.attributes.unsigned || inputOf(view, 0).dtype === 'f32' ? inReals : inIntegers;

/**
 * y = Σ x · (1 − distance in rows) · (1 − distance in columns) over the four pixels around. On int8 the sum is exact, in
 * 2^20ths, and rounded once, halves away from zero; on what was uint8 float32 plus ½, truncated: both as TFLite does.
 */
export const resizeBilinear = defineOp<ResizeBilinearAttributes>({
  ...resized,
  type: 'ResizeBilinear',
  summary: 'Another height and width: each pixel is mixed of the four around it',

  outputShapes([input], attributes) {
    const x = input as Tensor;
    const shape = resizedShape(x, attributes);
    if (attributes.alignCorners && attributes.halfPixelCenters) {
      throw new Error('corners are to be aligned and pixels to have their centers at ½ (one of the two)');
    }
    if (x.dtype !== 'f32' && !attributes.unsigned) {
      const stray = resizedAxes(x, attributes).find(leavesInput);
      if (stray) throw new Error(`steps of 1/1024 from ${stray.from} to ${stray.to} places lead beyond the last`);
    }
    return shape;
  },

  rows: (view) => betweenRows(view, mixingOf(view)),

  operands: {
    inputs: [{ name: 'x', dtypes: ['i8'], per: 'tensor' }],
    outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', sameAs: 'x' }],
  },

  reference(view, inputs, outputs) {
    const [x] = inputs as [Numbers];
    const [y] = outputs as [Numbers];
    if (view.attributes.unsigned) {
      const bytes = Int32Array.from(x, (q) => q + 128);
      eachCrossing(view, inReals, bytes, y, (...crossing) => Math.trunc(f32(mixed(...crossing) + 0.5)) - 128);
      return;
    }
    eachCrossing(view, inIntegers, x, y, (row, column, at) => {
      const upper = at(row.first, column.first) * (1 - column.distance) + at(row.first, column.last) * column.distance;
      const lower = at(row.last, column.first) * (1 - column.distance) + at(row.last, column.last) * column.distance;
      return roundHalfAway(upper * (1 - row.distance) + lower * row.distance);
    });
  },

  float: (view, [x], [y]) => eachCrossing(view, inReals, x as Float32Array, y, mixed),

  kernels: [kernel],
});
