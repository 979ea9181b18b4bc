import type { NHWC } from '../graph/tensor.ts';

/** What an axis of a shape of the file is in the graph. */
export type Axis = 'n' | 'h' | 'w' | 'c';

/**
 * What each axis of a shape of the file means: the last one is channels, the one before it columns, and all before these are
 * rows together. The leading axis of two or more is the batch; in a model of batch 1 only where it has size 1, since an axis of
 * another size is pixels there.
 */
export function axesOf(shape: readonly number[], batch: number): readonly Axis[] {
  const last = shape.length - 1;
  const isBatch = last >= 1 && (batch !== 1 || shape[0] === 1);
  return shape.map((_, i) => {
    if (i === 0 && isBatch) return 'n';
    return i === last ? 'c' : i === last - 1 ? 'w' : 'h';
  });
}

/** The leading size of a shape of the file, which is the number of images where it is the batch; undefined without two axes. */
export const leadingOf = (shape: readonly number[]): number | undefined => (shape.length >= 2 ? shape[0] : undefined);

/** The NHWC shape of one image of an activation. */
export function imageShape(shape: readonly number[], batch: number): NHWC {
  const axes = axesOf(shape, batch);
  const size = (axis: Axis): number => shape.reduce((product, n, i) => (axes[i] === axis ? product * n : product), 1);
  return [1, size('h'), size('w'), size('c')];
}

/**
 * The shape that a tensor of the file has where one of its images is `shape`; undefined where there is none. It has as many
 * axes as `declared`, and a batch axis where that has one and no size is lost.
 */
export function fileShape(
  shape: readonly number[],
  declared: readonly number[],
  batch: number,
): readonly number[] | undefined {
  const withBatch: readonly (readonly Axis[])[] = [[], ['c'], ['n', 'c'], ['n', 'w', 'c'], ['n', 'h', 'w', 'c']];
  const withoutBatch: readonly (readonly Axis[])[] = [[], ['c'], ['w', 'c'], ['h', 'w', 'c']];
  const sizes = { n: batch, h: shape[1], w: shape[2], c: shape[3] };
  const holds = (axes: readonly Axis[]): boolean =>
    (['n', 'h', 'w', 'c'] as const).every((axis) => sizes[axis] === 1 || axes.includes(axis));
  const axes = [withBatch, withoutBatch].map((list) => list[declared.length]).find((list) => list && holds(list));
  return axes?.map((axis) => sizes[axis]);
}

/**
 * The NHWC shape of an operand of an elementwise operator whose output has the shape `output` in the file: shapes are aligned
 * at their last axis, as numpy does. undefined where the operand would then differ between the images of a batch, or between
 * some of the axes that are rows together.
 */
export function broadcastShape(shape: readonly number[], output: readonly number[], batch: number): NHWC | undefined {
  const extra = shape.length - output.length;
  if (extra > 0) {
    const fits = shape.slice(0, extra).every((size) => size === 1);
    return fits ? broadcastShape(shape.slice(extra), output, batch) : undefined;
  }
  const aligned = [...new Array<number>(-extra).fill(1), ...shape];
  const axes = axesOf(output, batch);
  const sizes = (axis: Axis): number[] => aligned.filter((_, i) => axes[i] === axis);
  const rows = sizes('h');
  const isWhole = rows.every((size) => size === 1) || rows.every((size, i) => size === output[axes.indexOf('h') + i]);
  if (sizes('n').some((size) => size !== 1) || (rows.length > 1 && !isWhole)) return undefined;
  const product = (axis: Axis): number => sizes(axis).reduce((all, size) => all * size, 1);
  return [1, product('h'), product('w'), product('c')];
}

/** 3×3, for messages. */
export const times = (sizes: readonly number[]): string => sizes.join('×');
