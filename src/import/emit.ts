import type { Op } from '../graph/op.ts';
import type { NHWC, TensorId } from '../graph/tensor.ts';
import { reshape } from '../ops/reshape.ts';
import { type NodeConversion, siteOf } from './conversion.ts';
import type { FoundOperand } from './operand.ts';
import { imageShape } from './shapes.ts';

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

/**
 * The same for an op that gives the elements of the output in `shape`: where the output has another shape in the graph, a
 * reshape follows. An output whose shape is not known yet takes `inferred`.
 */
export function emitAs<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly (TensorId | undefined)[],
  shape: NHWC,
  inferred = shape,
): void {
  if (!inputs.every((id) => id !== undefined)) return;
  const { writer, output } = node;
  const declared = writer.isPending(outputId(node)) ? inferred : imageShape(output.shape, writer.batch);
  if (String(declared) === String(shape)) emit(node, op, attributes, inputs);
  else emit(node, reshape, { shape: declared }, [emitBetween(node, op, attributes, inputs, shape)]);
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

/** The elements of an operand in another shape: a reshape, or the operand itself where it has that shape. */
export const seenAs = (node: NodeConversion, { id, shape: given }: Pick<FoundOperand, 'id' | 'shape'>, shape: NHWC) =>
  String(given) === String(shape) ? id : emitBetween(node, reshape, { shape }, [id], shape, id);
