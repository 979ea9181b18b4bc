import { inputOf, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { elements } from '../graph/tensor.ts';
import { firstOf, whyNotQuantized } from './refusals.ts';

const asLarge = (view: NodeView, input: number): boolean =>
  elements(inputOf(view, input).shape) === elements(outputOf(view).shape);

/** Of two inputs, x is the one that has y's shape; x2 may be broadcast over any of rows, columns and channels. */
export const broadcastOperands = (view: NodeView): readonly [x: number, x2: number] =>
  asLarge(view, 0) ? [0, 1] : [1, 0];

/** Why neither input can be x. */
const whyNotOneBroadcast = (view: NodeView): string | undefined =>
  asLarge(view, 0) || asLarge(view, 1) ? undefined : 'both inputs are broadcast; at most one may be';

/** Why inputs a and b and output y are not int8 operands of a kernel that broadcasts one of the inputs. */
export function whyNotPair(view: NodeView): string | undefined {
  const [a, b] = view.inputs;
  return firstOf(
    whyNotQuantized('a', a, 'i8'),
    whyNotQuantized('b', b, 'i8'),
    whyNotQuantized('y', outputOf(view), 'i8'),
    whyNotOneBroadcast(view),
  );
}
