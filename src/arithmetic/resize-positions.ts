import { roundHalfAway } from './fixed-point.ts';

/** One axis of a resize: its sizes, and how places correspond. */
export interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  /** The first places lie on each other, and the last. */
  readonly alignCorners: boolean;
  /** Places are the middles of cells. */
  readonly halfPixelCenters: boolean;
}

/** Integer positions are in 1,024ths of a place. */
export const placeSteps = 1024;

/** The place of the input that place `i` of the output is, in float32 as in TFLite. */
export function nearestPlace({ from, to, alignCorners, halfPixelCenters }: ResizedAxis, i: number): number {
  const scale = Math.fround(alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
  const position = Math.fround((halfPixelCenters ? i + 0.5 : i) * scale);
  return Math.min(alignCorners ? roundHalfAway(position) : Math.floor(position), from - 1);
}

/** A position in 1,024ths, where TFLite interpolates in integers; its step is rounded, so that errors grow with i. */
function unboundedPosition({ from, to, alignCorners, halfPixelCenters }: ResizedAxis, i: number): number {
  const [gaps, steps] = alignCorners && to > 1 ? [from - 1, to - 1] : [from, to];
  const step = Math.floor((placeSteps * gaps + Math.floor(steps / 2)) / steps);
  return i * step + (halfPixelCenters ? Math.floor(step / 2) - placeSteps / 2 : 0);
}

/**
 * The same within the first place and the last, each of which TFLite takes twice for what lies beyond: weights that add
 * up to 1 on one value.
 */
export const integerPosition = (axis: ResizedAxis, i: number): number =>
  Math.min(Math.max(unboundedPosition(axis, i), 0), (axis.from - 1) * placeSteps);

/** Whether the rounded step leads to places that there are not, which TFLite reads nonetheless. */
export const leavesInput = (axis: ResizedAxis): boolean =>
  unboundedPosition(axis, axis.to - 1) >= axis.from * placeSteps;

/** A position in float32, where TFLite interpolates in float32. From −½, and beyond the last place by less than 1. */
export function realPosition({ from, to, alignCorners, halfPixelCenters }: ResizedAxis, i: number): number {
  const scale = Math.fround(alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to);
  return halfPixelCenters ? Math.fround(Math.fround((i + 0.5) * scale) - 0.5) : Math.fround(i * scale);
}
