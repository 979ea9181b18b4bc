import type { InterfaceEntry } from '../format/model-file.ts';

/** What the values of an output say of one image, as far as its shape and its values tell. */
export type OutputMeaning =
  /** A score for each class. */
  | 'classes'
  /** One value from 0 to 1. */
  | 'probability'
  /** A value from 0 to 1 for each pixel. */
  | 'mask'
  /** A score for each class at each pixel. */
  | 'class map'
  | 'values';

/** An output of one image: height, width and channels, and what stands around it. */
export interface OutputFacts {
  readonly shape: readonly [h: number, w: number, c: number];
  /** How many outputs the network has. */
  readonly outputs: number;
  /** How many names of classes it has. */
  readonly labels: number;
  /** Whether the one input has as many values: the output is another image, as that of an autoencoder. */
  readonly likeInput: boolean;
}

/** Whether a quantised type holds values from 0 to 1 alone. */
export function heldUnit({ dtype, scale, zeroPoint }: Pick<InterfaceEntry, 'dtype' | 'scale' | 'zeroPoint'>): boolean {
  const least = dtype === 'u8' ? 0 : -128;
  return valueFacts(
    [least, least + 255].map((q) => scale * (q - zeroPoint)),
    1,
  ).unit;
}

/** What the values of an output are like. */
export interface ValueFacts {
  /** All lie from 0 to 1. */
  readonly unit: boolean;
  /** The channels of each pixel sum to about 1, as a Softmax gives them. */
  readonly distribution: boolean;
}

/** How far the channels of a Softmax may sum from 1: each is rounded to 1/256 in int8. */
const sumTolerance = 0.25;

/** Values that a rounding may push beyond 0 or 1. */
const unitTolerance = 1 / 128;

/** Facts of the values of one image, real ones, channels innermost. */
export function valueFacts(values: ArrayLike<number>, channels: number): ValueFacts {
  let [unit, distribution] = [true, channels > 1];
  for (let at = 0; at < values.length; at += channels) {
    let sum = 0;
    for (let c = 0; c < channels; c++) {
      const value = values[at + c];
      sum += value;
      if (!(value >= -unitTolerance && value <= 1 + unitTolerance)) unit = false;
    }
    if (!(Math.abs(sum - 1) <= sumTolerance)) distribution = false;
  }
  return { unit, distribution: unit && distribution };
}

/**
 * Scores of classes are taken for such where the output has a name for each channel, where they are a distribution, or where
 * the network has one output of one pixel that is not an image. All else are values, of which no class is told.
 */
export function outputMeaning({ shape, outputs, labels, likeInput }: OutputFacts, values: ValueFacts): OutputMeaning {
  const [h, w, c] = shape;
  if (c === 1) return !values.unit ? 'values' : h * w === 1 ? 'probability' : 'mask';
  const named = labels === c || values.distribution;
  if (h * w === 1) return named || (outputs === 1 && !likeInput) ? 'classes' : 'values';
  return named ? 'class map' : 'values';
}
