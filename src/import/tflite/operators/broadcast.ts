import type { Activation } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { type FoundOperand, operand } from '../../operand.ts';
import { leadingOf } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';

/** A function of two values whose only option, in field `slot`, is an activation. */
export const convertBroadcast =
  (op: Op<{ readonly activation: Activation }>, slot: number): TfliteConverter =>
  (node) => {
    const a = operand(node, 0);
    const b = operand(node, 1);
    const activation = readActivation(node, slot);
    if (!a || !b || !alignsBatch(node, a) || !alignsBatch(node, b)) return;
    if (activation) emit(node, op, { activation }, [a.id, b.id]);
  };

/**
 * TFLite aligns shapes at their last axis: the batch of an activation with fewer axes than the output would fall on rows
 * or columns. One image has the same bytes either way.
 */
function alignsBatch(node: TfliteNode, { file: { index, shape } }: FoundOperand): boolean {
  const images = node.activations.has(index) && node.writer.batch !== 1 ? (leadingOf(shape) ?? 1) : 1;
  const rank = node.output.shape.length;
  if (images === 1 || shape.length === rank) return true;
  problem(
    node,
    `the shape [${shape.join(', ')}] is aligned at its last axis: the batch axis is mixed with others (${rank} axes)`,
  );
  return false;
}
