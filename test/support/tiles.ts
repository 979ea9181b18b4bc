import type { Padding } from '../../src/graph/tensor.ts';

/** Sizes at the edges of what kernels compute at once. */

/** Equal to a tile of 8, a multiple, one below, one above. */
export const channels = [1, 3, 7, 8, 9, 15, 17, 24, 31, 33];
export const widths = [1, 2, 3, 5];
export const windows = [
  [1, 1],
  [3, 3],
  [5, 5],
  [5, 1],
  [1, 5],
] as const;

/** Padding that keeps the size of a map under an odd window of stride 1. */
export function around([h, w]: readonly [number, number]): Padding {
  const [top, left] = [h >> 1, w >> 1];
  return { top, left, bottom: top, right: left };
}

/** Sizes of maps that are smaller than a window of 5×5. */
export const smallMaps = [
  [2, 2],
  [1, 3],
  [3, 1],
] as const;

/** Padding that is not the same on both sides, nor above and below. */
export const lopsided: Padding = { top: 0, left: 0, bottom: 2, right: 1 };

/** A number for each axis but that of images. */
export type Three = readonly [h: number, w: number, c: number];
