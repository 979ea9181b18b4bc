import { type Like, problemOf } from '../format/like.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Range } from './range.ts';

/**
 * Where a stated rule (docs/quantization.md) had to step in. `node` is a position in `graph.nodes`, and the channel one of
 * the constant's output channels.
 */
export type Finding =
  /** Every weight of the channel is 0: its output is the bias, whatever x is. */
  | { readonly kind: 'dead-channel'; readonly node: number; readonly tensor: TensorId; readonly channel: number }
  /** The channel's scale had to grow for its bias and sums to fit int32; its weights are `ratio` times coarser than they could be. */
  | {
      readonly kind: 'widened-channel';
      readonly node: number;
      readonly tensor: TensorId;
      readonly channel: number;
      readonly ratio: number;
    }
  /** An activation that was 0 wherever it was seen. */
  | { readonly kind: 'always-zero'; readonly node: number; readonly tensor: TensorId }
  /** An activation whose range is so small that the least scale took the place of its own, `ratio` times as large. */
  | { readonly kind: 'narrow-range'; readonly node: number; readonly tensor: TensorId; readonly ratio: number };

/** What is odd about calibration images, seen at input `tensor` of the graph. */
export type InputFinding =
  /** Too few calibration images that differ: `distinct` of `images`. */
  | {
      readonly kind: 'few-images';
      readonly tensor: TensorId;
      readonly images: number;
      readonly distinct: number;
    }
  /** An input whose values hardly differ, over all images. */
  | { readonly kind: 'constant-input'; readonly tensor: TensorId; readonly range: Range }
  /**
   * An input that makes the first normalised layer's outputs `ratio` times as widely spread as in training, and shifts them by
   * `shift` of the deviations that they had there.
   */
  | {
      readonly kind: 'input-spread';
      readonly tensor: TensorId;
      readonly layer: string;
      readonly ratio: number;
      readonly shift: number;
    }
  /** Images of real values in `range` that mean and std cannot have made of pixels: those would lie in `expected`. */
  | {
      readonly kind: 'unlike-pixels';
      readonly tensor: TensorId;
      readonly range: Range;
      readonly expected: Range;
    }
  /** A mean and a std of values from 0 to 1 instead of pixels from 0 to 255. */
  | { readonly kind: 'small-units'; readonly tensor: TensorId };

const finite = Number.NaN;
const range: Like = { min: finite, max: finite };

/** What a finding of each kind holds beside its kind. */
const members: { readonly [Kind in (Finding | InputFinding)['kind']]: Like } = {
  'dead-channel': { node: -1, tensor: 0, channel: 0 },
  'widened-channel': { node: -1, tensor: 0, channel: 0, ratio: finite },
  'always-zero': { node: -1, tensor: 0 },
  'narrow-range': { node: -1, tensor: 0, ratio: finite },
  'few-images': { tensor: 0, images: 0, distinct: 0 },
  'constant-input': { tensor: 0, range },
  'input-spread': { tensor: 0, layer: '', ratio: finite, shift: finite },
  'unlike-pixels': { tensor: 0, range, expected: range },
  'small-units': { tensor: 0 },
};

/** What is wrong with a finding that a caller gives back; undefined where nothing is. */
export function findingFault(value: unknown): string | undefined {
  const kind = (value as Partial<Finding> | null | undefined)?.kind;
  const like = Object.entries(members).find(([name]) => name === kind)?.[1];
  return like ? problemOf(value, like) || undefined : 'is not a finding of quantize()';
}
