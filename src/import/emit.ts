import type { Op } from '../graph/op.ts';
import type { NHWC, TensorId } from '../graph/tensor.ts';
import { type NodeConversion, siteOf } from './conversion.ts';

/** The activation that stands for the operator's output. */
export const outputId = ({ activations, output }: NodeConversion): TensorId =>
  activations.get(output.index) as TensorId;

/** Adds a node that makes the operator's output. */
export function emit<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly (TensorId | undefined)[],
): void {
  // An operand that is undefined has been reported.
  if (!inputs.every((id) => id !== undefined)) return;
  const { writer, files, output } = node;
  const id = outputId(node);
  const wasPending = writer.isPending(id);
  writer.write(siteOf(node), op, attributes, inputs, id);
  if (!wasPending || writer.isPending(id)) return;
  files[output.index] = { ...output, shape: writer.tensor(id).fileShape, shapeSignature: [] };
}

/** Adds a node whose result is not a tensor of the file, of the type and scale of tensor `like`, else of the output's; returns its id. */
export function emitBetween<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly TensorId[],
  shape: NHWC,
  like = outputId(node),
): TensorId {
  const { writer, output } = node;
  const fileShape = [writer.batch, ...shape.slice(1)];
  const tensor = { ...writer.tensor(like), name: output.name, shape, fileShape };
  return writer.writeBetween(siteOf(node), op, attributes, inputs, tensor);
}
