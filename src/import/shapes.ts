import type { NHWC } from '../graph/tensor.ts';

/** What each axis of a shape of the file means, by rank. The leading axis of ranks 2 to 4 is the batch. */
export const axesOf: readonly (readonly ('n' | 'h' | 'w' | 'c')[])[] = [
  [],
  ['c'],
  ['n', 'c'],
  ['n', 'w', 'c'],
  ['n', 'h', 'w', 'c'],
];

/** Images in a tensor of the file; undefined for one without a batch axis. */
export const batchOf = (shape: readonly number[]): number | undefined =>
  shape.length >= 2 && shape.length <= 4 ? shape[0] : undefined;

/** The NHWC shape of one image of an activation. The rank is at most 4. */
export function imageShape(shape: readonly number[]): NHWC {
  const size = (axis: 'h' | 'w' | 'c'): number => shape[(axesOf[shape.length] ?? []).indexOf(axis)] ?? 1;
  return [1, size('h'), size('w'), size('c')];
}

/** The shape of `rank` axes that a tensor of the file has where one of its images is `shape`; undefined where it has none. */
export function fileShape(shape: readonly number[], rank: number, batch: number): readonly number[] | undefined {
  const axes = axesOf[rank];
  const sizes = { n: batch, h: shape[1], w: shape[2], c: shape[3] };
  const lost = (['h', 'w', 'c'] as const).some((axis) => sizes[axis] !== 1 && !axes?.includes(axis));
  return axes && !lost && (axes.includes('n') || batch === 1) ? axes.map((axis) => sizes[axis]) : undefined;
}

/**
 * The NHWC shape of an operand of an elementwise operator whose output has rank `rank`: shapes are aligned at their last
 * axis, as numpy does. undefined where the operand would then differ between the images of a batch.
 */
export function broadcastShape(shape: readonly number[], rank: number): NHWC | undefined {
  if (shape.length > rank)
    return shape.slice(0, shape.length - rank).every((size) => size === 1)
      ? broadcastShape(shape.slice(shape.length - rank), rank)
      : undefined;
  const aligned = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  return (batchOf(aligned) ?? 1) === 1 ? imageShape(aligned) : undefined;
}

/** 3×3, for messages. */
export const times = (sizes: readonly number[]): string => sizes.join('×');
