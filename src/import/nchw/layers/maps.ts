import type { Op } from '../../../graph/op.ts';
import { pad } from '../../../ops/pad.ts';
import { resizeBilinear } from '../../../ops/resize-bilinear.ts';
import { resizeNearestNeighbor } from '../../../ops/resize-nearest-neighbor.ts';
import { softmax } from '../../../ops/softmax.ts';
import { type Frame, misfit } from '../frame.ts';
import { type Factors, factorsOf, type Places, shapeOf } from '../layout.ts';
import type { Activation, Value } from '../value.ts';
import { mapOf } from './convolution.ts';
import { part } from './parts.ts';
import { axesFrom } from './reduction.ts';

/** A function of one value, wherever it lies. */
export function elementwise<A>(
  frame: Frame,
  op: Op<A>,
  attributes: A,
  value: Value | undefined,
  constants: readonly number[] = [],
): Activation {
  const x = frame.computed(value);
  return frame.activation(op, attributes, [x.id, ...constants], x.layout);
}

/** Over one axis. */
export function softmaxOver(frame: Frame, value: Value | undefined, axis: number, beta = 1): Activation {
  const given = frame.computed(value);
  const [at] = axesFrom([axis], given.layout.axes.length);
  const x = frame.channels(given, at);
  return frame.activation(softmax, { beta }, [x.id], x.layout);
}

/** Zeros before and after each axis of the user's; where they are less than 0, elements are left out. */
export function padded(
  frame: Frame,
  value: Value | undefined,
  before: readonly number[],
  after: readonly number[],
): Activation {
  let x = frame.computed(value);
  for (const [axis, size] of shapeOf(x.layout).entries()) {
    const [begin, end] = [Math.max(0, -before[axis]), Math.max(0, -after[axis])];
    x = part(frame, x, { axis, begin, count: size - begin - end, step: 1 });
  }
  const [less, more] = [before, after].map((counts) => counts.map((count) => Math.max(0, count)));
  if ([...less, ...more].every((count) => count === 0)) return x;
  const rank = less.length;
  const { axes: given } = x.layout;
  const counts = given[0].some(({ batch }) => !batch);
  if (!counts && less[0] + more[0] > 0 && given[0].length > 0) misfit('it pads the batch');
  if (rank > (counts ? 3 : 4)) misfit(`a padding of ${rank} axes is not supported`);
  /** Axes of the user's that rows, columns and channels are. */
  const from = counts || less[0] + more[0] > 0 ? [rank - 3, rank - 2, rank - 1] : mapAxes(rank);
  if (from[0] > 0 && less[0] + more[0] > 0) misfit('it pads the batch');
  const placesOf = (axes: readonly Factors[]): Places =>
    from.map((axis) => (axis < 0 ? [] : axes[axis].filter(({ batch }) => !batch))) as unknown as Places;
  const map = frame.place(x, placesOf(x.layout.axes));
  const pick = (counts: readonly number[]) =>
    from.map((axis) => (axis < 0 ? 0 : counts[axis])) as unknown as readonly [number, number, number];
  const id = frame.emit(pad, { before: pick(less), after: pick(more) }, [map.id], frame.typeOf(map.id));
  const axes = shapeOf(map.layout).map((size, axis) =>
    less[axis] + more[axis] === 0 ? map.layout.axes[axis] : factorsOf(size + less[axis] + more[axis]),
  );
  return { kind: 'activation', id, layout: { axes, places: placesOf(axes) } };
}

/** Axes that rows, columns and channels are, −1 for none. */
const mapAxes = (rank: number): readonly number[] =>
  rank === 4 ? [2, 3, 1] : rank === 3 ? [-1, 2, 1] : [-1, -1, rank - 1];

export interface ResizeOptions {
  readonly mode: 'nearest' | 'bilinear';
  readonly size: readonly number[];
  /** Corners lie on each other. */
  readonly alignCorners: boolean;
  /** Rows and columns are the middles of cells. */
  readonly halfPixelCenters: boolean;
}

/** A map of another size. */
export function resizedMap(frame: Frame, value: Value | undefined, options: ResizeOptions): Activation {
  const x = frame.image(frame.computed(value));
  const { mode, alignCorners, halfPixelCenters } = options;
  const [h, w] = options.size.length === 1 ? [1, options.size[0]] : options.size;
  const size = [h, w] as const;
  if (String(size) === String(frame.shapeOf(x).slice(1, 3))) return x;
  const attributes = { size, alignCorners, halfPixelCenters };
  const id =
    mode === 'nearest'
      ? frame.emit(resizeNearestNeighbor, attributes, [x.id])
      : frame.emit(resizeBilinear, { ...attributes, unsigned: false }, [x.id]);
  return mapOf(frame, id, x);
}
