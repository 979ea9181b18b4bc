import { elements } from '../../../graph/tensor.ts';
import { reshape } from '../../../ops/reshape.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constantIntegers, fileInput, operand, shapeOf } from '../../operand.ts';
import { imageShape } from '../../shapes.ts';
import { int32s } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { reshapeOptions, squeezeOptions } from '../schema.ts';

type ShapeOf = (node: TfliteNode) => readonly number[] | undefined;

/**
 * The new shape is the one that the file declares for the output; `what`, an operand, or an option only repeats it. Where
 * shapes are inferred, it is theirs.
 */
const reshaping =
  (what: string, shape: ShapeOf): TfliteConverter =>
  (node) => {
    const x = operand(node, 0);
    const given = fileInput(node, 1);
    if (given && node.activations.has(given.index)) problem(node, `its ${what} must be constant; it is computed`);
    else if (x && node.infers && !shape(node)) problem(node, misfit(node, what, x.file.shape));
    else if (x) emit(node, reshape, { shape: imageShape(node.output.shape, node.writer.batch) }, [x.id]);
  };

function misfit(node: TfliteNode, what: string, from: readonly number[]): string {
  const to = target(node);
  return to
    ? `[${from.join(', ')}] does not go with the ${what} [${to.join(', ')}]`
    : `its ${what} is missing; expected a constant`;
}

const target = (node: TfliteNode): readonly number[] | undefined => {
  const { options, inputs } = node.operator;
  return (
    constantIntegers(node, 1) ?? (options && inputs.length < 2 ? int32s(options, reshapeOptions.newShape) : undefined)
  );
};

/** One size may be −1, and is what is left then. */
export const reshapeShape: ShapeOf = (node) => {
  const from = shapeOf(node, 0);
  const to = target(node);
  if (!from || !to || to.filter((size) => size < 0).length > 1) return undefined;
  const known = elements(to.filter((size) => size >= 0));
  const shape = to.map((size) => (size < 0 ? elements(from) / known : size));
  return elements(shape) === elements(from) && shape.every(Number.isInteger) ? shape : undefined;
};

/** Without the axes that are named, or without all of size 1. */
export const squeezedShape: ShapeOf = (node) => {
  const from = shapeOf(node, 0);
  if (!from) return undefined;
  const { options } = node.operator;
  const named = (options ? int32s(options, squeezeOptions.dims) : []).map((axis) =>
    axis < 0 ? axis + from.length : axis,
  );
  const goes = (size: number, axis: number): boolean => (named.length > 0 ? named.includes(axis) : size === 1);
  return named.every((axis) => from[axis] === 1) ? from.filter((size, axis) => !goes(size, axis)) : undefined;
};

/** With an axis of size 1 before the one that is named. */
export const expandedShape: ShapeOf = (node) => {
  const from = shapeOf(node, 0);
  const [axis = Number.NaN, ...others] = constantIntegers(node, 1) ?? [];
  if (!from || others.length > 0 || !(axis >= -from.length - 1 && axis <= from.length)) return undefined;
  const at = axis < 0 ? axis + from.length + 1 : axis;
  return [...from.slice(0, at), 1, ...from.slice(at)];
};

export const convertReshape = reshaping('shape', reshapeShape);
export const convertSqueeze = reshaping('shape', squeezedShape);
export const convertExpandDims = reshaping('axis', expandedShape);
