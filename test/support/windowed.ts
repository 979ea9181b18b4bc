import type { Activation, ScaleProduct } from '../../src/graph/attributes.ts';
import { quantizedBy } from '../../src/graph/builder.ts';
import { type NHWC, noPadding, type Padding, type Quantization } from '../../src/graph/tensor.ts';
import { bytesOf, randomOf } from './values.ts';

/** What the graphs of convolutions and pools are made from. */

export interface Windowed {
  readonly seed?: number;
  readonly shape: NHWC;
  readonly outputs?: number;
  readonly window?: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly dilation?: readonly [number, number];
  readonly padding?: Padding;
  readonly groups?: number;
  readonly depthMultiplier?: number;
  readonly activation?: Activation;
  readonly bias?: boolean;
  /** Every weight, instead of random ones. */
  readonly weight?: number;
  /** The zero point of all weights, as legacy uint8 has one. */
  readonly weightsZero?: number;
  /** Weight scales, one or one a channel; chosen so that outputs fill int8 where absent. */
  readonly scales?: readonly number[];
  readonly yScale?: number;
  readonly yZeroPoint?: number;
  readonly scaleProduct?: ScaleProduct;
}

export const square = (value: number): readonly [number, number] => [value, value];

/** Scales per channel around what makes a sum of `depth` products fill int8, a factor 8 apart at most. */
export function scalesOf(given: Windowed, channels: number, depth: number): number[] {
  if (given.scales) return [...given.scales];
  const random = randomOf((given.seed ?? 1) + 99);
  return Array.from({ length: channels }, () => Math.fround((0.3 + random()) / (60 * Math.sqrt(depth))));
}

export const biasOf = (seed: number, channels: number): Int32Array =>
  Int32Array.from(bytesOf(seed, channels), (value) => value * 37);

export const weightsFor = (given: Windowed, seed: number, count: number): Int8Array =>
  given.weight === undefined
    ? bytesOf(seed, count).map((v) => Math.max(v, -127))
    : new Int8Array(count).fill(given.weight);

export const geometry = ({ stride = square(1), dilation = square(1), padding = noPadding }: Windowed) => ({
  stride,
  dilation,
  padding,
});

export const xQuantization = quantizedBy(0.05, -7);

export const yQuantization = ({ yScale = 0.05, yZeroPoint, activation }: Windowed): Quantization =>
  quantizedBy(yScale, yZeroPoint ?? (activation === 'relu' ? -128 : 3));
