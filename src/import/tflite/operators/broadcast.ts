import type { Activation } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import type { NHWC, TensorId } from '../../../graph/tensor.ts';
import { resizeNearestNeighbor } from '../../../ops/resize-nearest-neighbor.ts';
import { selectChannels } from '../../../ops/select-channels.ts';
import { problem } from '../../conversion.ts';
import { emit, emitBetween } from '../../emit.ts';
import { type FoundOperand, operand } from '../../operand.ts';
import { leadingOf } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';

/** A function of two values whose only option, in field `slot`, is an activation; without a slot it has none. */
export const convertBroadcast =
  (op: Op<{ readonly activation: Activation }>, slot?: number): TfliteConverter =>
  (node) => {
    const a = operand(node, 0);
    const b = operand(node, 1);
    const activation = slot === undefined ? 'none' : readActivation(node, slot);
    if (!a || !b || !alignsBatch(node, a) || !alignsBatch(node, b)) return;
    if (activation) emit(node, op, { activation }, oneBroadcast(node, a, b));
  };

/**
 * Two operands, one of which is broadcast at most: where both are, one is repeated first, by existing operators. A constant
 * stays as it is.
 */
export function oneBroadcast(node: TfliteNode, a: FoundOperand, b: FoundOperand): readonly [a: TensorId, b: TensorId] {
  const whole = a.shape.map((size, axis) => Math.max(size, b.shape[axis])) as unknown as NHWC;
  const fits = [a, b].every(({ shape }) => shape.every((size, axis) => size === 1 || size === whole[axis]));
  if (!fits || [a, b].some(({ shape }) => String(shape) === String(whole))) return [a.id, b.id];
  return node.activations.has(a.file.index) ? [repeated(node, a, whole), b.id] : [a.id, repeated(node, b, whole)];
}

/** An activation repeated along the axes where it has size 1. */
function repeated(node: TfliteNode, { id, shape }: FoundOperand, [, h, w, c]: NHWC): TensorId {
  const [, ownH, ownW, ownC] = shape;
  const deep: NHWC = [1, ownH, ownW, c];
  const order = new Array<number>(c).fill(0);
  const channels = ownC === c ? id : emitBetween(node, selectChannels, { order }, [id], deep, id);
  if (ownH === h && ownW === w) return channels;
  const size = { size: [h, w], alignCorners: false, halfPixelCenters: false } as const;
  return emitBetween(node, resizeNearestNeighbor, size, [channels], [1, h, w, c], id);
}

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
