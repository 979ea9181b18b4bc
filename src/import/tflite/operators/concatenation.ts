import type { NodeView, Op } from '../../../graph/op.ts';
import { equalQuantization } from '../../../graph/quantization.ts';
import { elements, type NHWC, type TensorId } from '../../../graph/tensor.ts';
import { concat } from '../../../ops/concat.ts';
import { quantize } from '../../../ops/quantize.ts';
import { relu } from '../../../ops/relu.ts';
import { rescale } from '../../../ops/rescale.ts';
import { reshape } from '../../../ops/reshape.ts';
import { problem } from '../../conversion.ts';
import { emit, emitAs, emitBetween, outputId } from '../../emit.ts';
import { axisAt, type FoundOperand, operand } from '../../operand.ts';
import { imageShape } from '../../shapes.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { readActivation } from '../options.ts';
import { concatenationOptions } from '../schema.ts';

/**
 * Along channels it is one of pixels. Along another axis, all from that axis on is seen as one pixel, and all before it as
 * rows: the inputs are reshaped to that, and the output back.
 */
export const convertConcatenation: TfliteConverter = (node) => {
  const inputs = node.operator.inputs.map((_, i) => operand(node, i));
  const activation = readActivation(node, concatenationOptions.activation);
  const index = scalar(node.operator.options, concatenationOptions.axis, 'Int32');
  const axis = axisAt(node, index, node.output.shape.length);
  if (axis === undefined || !activation || !inputs.every((x) => x !== undefined) || !fitsTogether(node, inputs, axis))
    return;
  const alike = inputs.map((x): FoundOperand => {
    const same = asOutput(node, x);
    if (activation === 'none') return same;
    // A clamp of each input is one of the output, and what makes the input may take it up.
    return { ...same, id: between(node, relu, { activation }, same, same.shape) };
  });
  if (alike[0].axes[axis] === 'c') emit(node, concat, {}, idsOf(alike));
  else join(node, alike, axis);
};

const idsOf = (operands: readonly FoundOperand[]): TensorId[] => operands.map(({ id }) => id);

/** Whether there are inputs, with the shapes that `axis` wants. */
function fitsTogether(node: TfliteNode, inputs: readonly FoundOperand[], axis: number): boolean {
  const wanted = inputs[0]?.file.shape ?? [];
  const fits = ({ file: { shape } }: FoundOperand): boolean =>
    shape.length === wanted.length && shape.every((size, i) => i === axis || size === wanted[i]);
  if (inputs.length === 0) problem(node, 'it has no input');
  else if (axis === 0 && wanted.length > 1 && node.writer.batch !== 1)
    problem(node, 'it joins batches (along height, width or channels)');
  else if (!inputs.every(fits)) {
    const shapes = inputs.map(({ file: { shape } }) => `[${shape.join(', ')}]`).join(' and ');
    problem(node, `the shapes ${shapes} differ in other axes than ${axis}`);
  } else return true;
  return false;
}

/** Along another axis than channels: reshaped, joined, and reshaped back. */
function join(node: TfliteNode, inputs: readonly FoundOperand[], axis: number): void {
  const [{ file, axes }] = inputs;
  const rows = file.shape.slice(0, axis).reduce((product, size, i) => (axes[i] === 'n' ? product : product * size), 1);
  const flat = inputs.map((x): FoundOperand => {
    const shape: NHWC = [1, rows, 1, elements(x.shape) / rows];
    const id = String(shape) === String(x.shape) ? x.id : between(node, reshape, { shape }, x, shape);
    return { ...x, id, shape };
  });
  const joined: NHWC = [1, rows, 1, flat.reduce((total, { shape }) => total + shape[3], 0)];
  const size = inputs.reduce((total, each) => total + each.file.shape[axis], 0);
  const shape = file.shape.map((each, i) => (i === axis ? size : each));
  emitAs(node, concat, {}, idsOf(flat), joined, imageShape(shape, node.writer.batch));
}

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
