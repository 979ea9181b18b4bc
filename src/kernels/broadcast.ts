import { inputOf, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { elements } from '../graph/tensor.ts';

const asLarge = (view: NodeView, input: number): boolean =>
  elements(inputOf(view, input).shape) === elements(outputOf(view).shape);

/** Of two inputs, x is the one that has y's shape; x2 may be broadcast over any of rows, columns and channels. */
export const broadcastOperands = (view: NodeView): readonly [x: number, x2: number] =>
  asLarge(view, 0) ? [0, 1] : [1, 0];

/** Why neither input can be x. */
export const whyNotOneBroadcast = (view: NodeView): string | undefined =>
  asLarge(view, 0) || asLarge(view, 1) ? undefined : 'both inputs are broadcast (one at most)';
