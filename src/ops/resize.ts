import type { ResizedAxis } from '../arithmetic/resize-positions.ts';
import type { ResizeAttributes } from '../graph/attributes.ts';
import { inputOf, nhwc } from '../graph/graph.ts';
import type { NodeView, Op } from '../graph/op.ts';
import { eachChannel, type RowRule } from '../graph/rules.ts';
import type { Tensor } from '../graph/tensor.ts';
import { resizedAxes } from '../kernels/resize.ts';

/** What both resizes have in common. */
export const resized = {
  macs: () => 0,
  rowsRead: 'the rows that it lies between',
  channels: () => eachChannel,
  mayOverwrite: [],
} as const satisfies Partial<Op>;

/** The shape of y. */
export function resizedShape(x: Tensor, { size }: ResizeAttributes): readonly (readonly number[])[] {
  if (!size.every((count) => Number.isInteger(count) && count > 0)) throw new Error(`${size.join('×')} is not a size`);
  return [[1, ...size, x.shape[3]]];
}

/** The places of x that a place of y lies between, and how far it is from the first: 0 on it, up to 1. */
export interface Between {
  readonly first: number;
  readonly last: number;
  readonly distance: number;
}

export type Mixing = (axis: ResizedAxis, i: number) => Between;

export const betweenRows = (view: NodeView<ResizeAttributes>, mixing: Mixing): RowRule => {
  const [axis] = resizedAxes(inputOf(view, 0), view.attributes);
  return {
    kind: 'span',
    rows(y) {
      const { first, last } = mixing(axis, y);
      return [first, last + 1];
    },
  };
};

/** y = f(its two rows, its two columns, the values where they cross) for every place of y. */
export function eachCrossing(
  view: NodeView<ResizeAttributes>,
  mixing: Mixing,
  x: ArrayLike<number>,
  y: { [i: number]: number },
  f: (row: Between, column: Between, at: (row: number, column: number) => number) => number,
): void {
  const [rows, columns] = resizedAxes(inputOf(view, 0), view.attributes);
  const [, , , channels] = nhwc(inputOf(view, 0));
  for (let i = 0; i < rows.to; i++) {
    const row = mixing(rows, i);
    for (let j = 0; j < columns.to; j++) {
      const column = mixing(columns, j);
      for (let c = 0; c < channels; c++) {
        const at = (h: number, w: number): number => x[(h * columns.from + w) * channels + c];
        y[(i * columns.to + j) * channels + c] = f(row, column, at);
      }
    }
  }
}
