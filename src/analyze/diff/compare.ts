import type { Values } from '../../format/values.ts';
import type { HWC } from '../../graph/tensor.ts';
import { hwc } from './layout.ts';
import type { Terms } from './terms.ts';

export type Position = readonly [row: number, column: number, channel: number];

/** One value that differs. */
export interface Sample {
  readonly at: Position;
  readonly a: number;
  readonly b: number;
}

/** Values that are further apart than is allowed. */
export interface Difference {
  readonly count: number;
  readonly size: number;
  /** In steps, in real values where the tensor is real, or in classes where it is indices of them. */
  readonly largest: number;
  /** Of the values that differ: the mean distance, and the mean of b − a. */
  readonly mean: number;
  readonly bias: number;
  readonly first: Sample;
  readonly worst: Sample;
}

export interface Limits {
  /** Quantised values may be so many steps apart. */
  readonly steps: number;
  /** Real values may be so much of the tensor's largest magnitude apart. */
  readonly tolerance: number;
  /** Which image of tensors that hold a batch. */
  readonly image?: number;
}

/** How far values of a tensor may be apart, in its own unit. */
export function limitOf({ a, unit }: Terms, { steps, tolerance }: Limits): number {
  if (unit === 'step') return steps;
  if (unit === 'index' || !(a instanceof Float32Array)) return 0;
  let peak = 0;
  for (const value of a) if (Number.isFinite(value)) peak = Math.max(peak, Math.abs(value));
  return tolerance * peak;
}

/** Distance of two values: 0 for two that are not numbers, or equal infinities; infinite where one is not a number. */
export function distance(a: number, b: number): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  const apart = Math.abs(a - b);
  return Number.isNaN(apart) ? Number.POSITIVE_INFINITY : apart;
}

/** The distance of values i of two arrays. 64-bit integers that differ are never 0 apart, however large they are. */
export function distanceAt(a: Values, b: Values, i: number): number {
  if (a instanceof BigInt64Array && b instanceof BigInt64Array) {
    const apart = a[i] - b[i];
    return Number(apart < 0n ? -apart : apart);
  }
  return distance(Number(a[i]), Number(b[i]));
}

export const positionOf = (i: number, [, w, c]: HWC): Position => [
  Math.floor(i / (w * c)),
  Math.floor(i / c) % w,
  i % c,
];

/** Undefined where no two values are further apart than `limit`. */
export function compare({ a, b }: Terms, shape: readonly number[], limit: number): Difference | undefined {
  let [count, sum, signed, first, worst, largest] = [0, 0, 0, -1, -1, -1];
  for (let i = 0; i < a.length; i++) {
    const apart = distanceAt(a, b, i);
    if (apart <= limit) continue;
    count++;
    sum += apart;
    signed += Number(b[i]) - Number(a[i]);
    if (first < 0) first = i;
    if (apart > largest) [worst, largest] = [i, apart];
  }
  if (count === 0) return undefined;
  const map = hwc(shape);
  const sample = (i: number): Sample => ({ at: positionOf(i, map), a: Number(a[i]), b: Number(b[i]) });
  return {
    count,
    size: a.length,
    largest,
    mean: sum / count,
    bias: signed / count,
    first: sample(first),
    worst: sample(worst),
  };
}
