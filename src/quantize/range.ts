import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import type { Quantization } from '../graph/tensor.ts';

/** Real values from `min` to `max`, both included. */
export interface Range {
  /** The least value. */
  readonly min: number;
  /** The greatest value. */
  readonly max: number;
}

export const union = (a: Range, b: Range): Range => ({ min: Math.min(a.min, b.min), max: Math.max(a.max, b.max) });

/**
 * The least scale of an activation. Softmax wants beta · scale above 2^−26, and multipliers above 2^30 are beyond the
 * engine: both are far away from 2^−24 in any network whose values are within reason.
 */
export const leastScale = 2 ** -24;

/**
 * int8 with one scale and zero point for a range that is first widened to include 0: the least scale at which some zero point
 * holds both ends, as a float32 value. Real 0 is exact since the zero point is an integer. A range of zero width gets the
 * scale 1 and the zero point 0.
 */
export function quantizationOf(range: Range): Quantization {
  const { min, max } = union(range, { min: 0, max: 0 });
  if (min === max) return { scale: [1], zeroPoint: [0], axis: 0 };
  const needs = (below: number): number => Math.max(stepOf(-min, below), stepOf(max, 255 - below));
  const fewer = Math.min(Math.floor((-min / (max - min)) * 255), 254);
  const below = needs(fewer) <= needs(fewer + 1) ? fewer : fewer + 1;
  return { scale: [Math.max(Math.fround(needs(below)), leastScale)], zeroPoint: [below - 128], axis: 0 };
}

/** The step by which `count` steps reach from 0 to an end. */
const stepOf = (end: number, count: number): number => (end === 0 ? 0 : end / count);

/** The real values that int8 holds at a scale and zero point. */
export const heldBy = (scale: number, zeroPoint: number): Range => ({
  min: scale * (-128 - zeroPoint),
  max: scale * (127 - zeroPoint),
});

/** q = clamp(zero point + round(value / scale)): the quotient in float32, halves away from zero, as a model's real inputs. */
export const quantizeValue = (value: number, scale: number, zeroPoint: number, least = -128): number =>
  clamp(roundHalfAway(Math.fround(value / scale)) + zeroPoint, least, 127);

export function quantizeValues(values: ArrayLike<number>, scale: number, zeroPoint: number): Int8Array {
  return Int8Array.from(values, (value) => quantizeValue(value, scale, zeroPoint));
}
