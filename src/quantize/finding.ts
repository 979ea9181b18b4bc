import type { TensorId } from '../graph/tensor.ts';

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
