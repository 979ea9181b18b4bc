import type { NodeView, Op } from '../../../graph/op.ts';
import { equalQuantization } from '../../../graph/quantization.ts';
import type { NHWC, TensorId } from '../../../graph/tensor.ts';
import { concat } from '../../../ops/concat.ts';
import { quantize } from '../../../ops/quantize.ts';
import { relu } from '../../../ops/relu.ts';
import { rescale } from '../../../ops/rescale.ts';
import { reshape } from '../../../ops/reshape.ts';
import { type Axis, axisAt } from '../../axis.ts';
import { problem } from '../../conversion.ts';
import { emit, emitBetween, outputId } from '../../emit.ts';
import { type FoundOperand, operand } from '../../operand.ts';
import { axesOf } from '../../shapes.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';
import { concatenationOptions } from '../schema.ts';

/**
 * Along channels it is one of pixels. Along columns, a row is seen as one pixel, and along rows the whole image: the inputs
 * are reshaped to that, and the output back.
 */
export const convertConcatenation: TfliteConverter = (node) => {
  const inputs = node.operator.inputs.map((_, i) => operand(node, i));
  const activation = readActivation(node, concatenationOptions.activation);
  const index = scalar(node.operator.options, concatenationOptions.axis, 'Int32');
  const axis = axisAt(node, index, node.output.shape.length);
  if (!axis || !activation || !inputs.every((x) => x !== undefined) || !fitsTogether(node, inputs, axis)) return;
  const alike = inputs.map((x): FoundOperand => {
    const same = asOutput(node, x);
    if (activation === 'none') return same;
    // A clamp of each input is one of the output, and what makes the input may take it up.
    return { ...same, id: between(node, relu, { activation }, same, same.shape) };
  });
  if (axis === 'c') emit(node, concat, {}, idsOf(alike));
  else join(node, alike, axis);
};

const idsOf = (operands: readonly FoundOperand[]): TensorId[] => operands.map(({ id }) => id);

/** Whether there are inputs, with the shapes that `axis` wants. */
function fitsTogether(node: TfliteNode, inputs: readonly FoundOperand[], axis: Axis): boolean {
  const axes = axesOf[node.output.shape.length] ?? [];
  const wanted = inputs[0]?.file.shape ?? [];
  const fits = ({ file: { shape } }: FoundOperand): boolean =>
    shape.length === wanted.length && shape.every((size, i) => axes[i] === axis || size === wanted[i]);
  if (inputs.length === 0) problem(node, 'it has no input (one or more)');
  else if (axis === 'n') problem(node, 'it joins batches (along height, width or channels)');
  else if (!inputs.every(fits)) {
    const shapes = inputs.map(({ file: { shape } }) => `[${shape.join(', ')}]`).join(' and ');
    problem(node, `the shapes ${shapes} differ in other axes than ${axes.indexOf(axis)} (in no other)`);
  } else return true;
  return false;
}

/** Along rows or columns: reshaped, joined, and reshaped back. */
function join(node: TfliteNode, inputs: readonly FoundOperand[], axis: Axis): void {
  const flat = inputs.map((x): FoundOperand => {
    const shape = flattened(x.shape, axis);
    const id = String(shape) === String(x.shape) ? x.id : between(node, reshape, { shape }, x, shape);
    return { ...x, id, shape };
  });
  const sum = (operands: readonly FoundOperand[], at: number): number =>
    operands.reduce((total, { shape }) => total + shape[at], 0);
  const [, h, w, c] = inputs[0].shape;
  const shape: NHWC = axis === 'w' ? [1, h, sum(inputs, 2), c] : [1, sum(inputs, 1), w, c];
  const joined: NHWC = [1, flat[0].shape[1], 1, sum(flat, 3)];
  if (String(shape) === String(joined)) emit(node, concat, {}, idsOf(flat));
  else emit(node, reshape, { shape }, [emitBetween(node, concat, {}, idsOf(flat), joined)]);
}

/** One pixel for each row, or for all rows. */
const flattened = ([, h, w, c]: NHWC, axis: Axis): NHWC => (axis === 'w' ? [1, h, 1, w * c] : [1, 1, 1, h * w * c]);

/**
 * The input in the output's quantisation. TFLite rescales uint8 in float32; int8 of other scales it refuses, and here it is
 * requantised.
 */
function asOutput(node: TfliteNode, x: FoundOperand): FoundOperand {
  const from = node.writer.tensor(x.id);
  const to = node.writer.tensor(outputId(node));
  const isQuantized = [from, to].every(({ quantization }) => quantization?.scale.length === 1);
  if (!isQuantized || from.dtype !== to.dtype) return x;
  if (equalQuantization(from.quantization, to.quantization)) return x;
  const op = node.output.shifted ? rescale : quantize;
  return { ...x, id: between(node, op, {}, x, x.shape) };
}

/** Adds a node for an input; of a constant what the node would make of it. */
function between<A>(node: TfliteNode, op: Op<A>, attributes: A, x: FoundOperand, shape: NHWC): TensorId {
  const constant = node.writer.tensor(x.id);
  if (!constant.data) return emitBetween(node, op, attributes, [x.id], shape);
  const final = node.writer.tensor(outputId(node));
  const data = constant.data.slice();
  const y = { ...final, name: constant.name, shape, fileShape: shape, perImage: false, data };
  const { index } = node.operator;
  const made = { index, name: node.output.name, op: op, inputs: [], outputs: [], attributes };
  const view: NodeView<A> = { node: made, attributes, inputs: [constant], outputs: [y] };
  if (constant.dtype === 'f32') op.float?.(view, [constant.data as Float32Array], [data as Float32Array]);
  else op.reference(view, [constant.data], [data]);
  return node.writer.constant(y);
}
