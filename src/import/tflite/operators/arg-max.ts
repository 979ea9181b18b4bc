import type { ArgMaxAttributes, TransposeAttributes } from '../../../graph/attributes.ts';
import type { NHWC } from '../../../graph/tensor.ts';
import { argMax } from '../../../ops/arg-max.ts';
import { reshape } from '../../../ops/reshape.ts';
import { transpose } from '../../../ops/transpose.ts';
import { problem } from '../../conversion.ts';
import { emit, emitBetween, outputId, seenAs } from '../../emit.ts';
import { constantIntegers, type FoundOperand, integers, operand, shapeOf } from '../../operand.ts';
import { imageShape } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';

/** ARG_MAX or ARG_MIN over any axis but the batch. The type of the indices is the output's: the option only repeats it. */
export const convertArgMax =
  (of: ArgMaxAttributes['of']): TfliteConverter =>
  (node) => {
    const x = operand(node, 0);
    const list = integers(node, 1, 'axis');
    const axis = x && list && readAxis(node, x, list);
    if (!x || axis === undefined) return;
    const last = withLast(node, x, axis);
    const [, h, w] = last.shape;
    const shape: NHWC = [1, h, w, 1];
    // Without an axis, a row of pixels is read as one pixel, and n images of one index as one image.
    const perImage =
      x.file.shape.length === 2 && x.axes[0] === 'n' ? shape : imageShape(node.output.shape, node.writer.batch);
    const id = outputId(node);
    const { quantization: _, ...output } = node.writer.tensor(id);
    node.writer.redeclare(id, { ...output, shape: perImage });
    if (String(perImage) === String(shape)) emit(node, argMax, { of }, [last.id]);
    else emit(node, reshape, { shape: perImage }, [emitBetween(node, argMax, { of }, [last.id], shape)]);
  };

/** The input's without the axis. */
export function argMaxShape(node: TfliteNode): readonly number[] | undefined {
  const shape = shapeOf(node, 0);
  const [axis] = constantIntegers(node, 1) ?? [];
  return axis === undefined ? undefined : shape?.filter((_, i) => i !== (axis < 0 ? axis + shape.length : axis));
}

/** The axis, counted from 0, where the output is the input without it. */
function readAxis(
  node: TfliteNode,
  { file: { shape }, axes }: FoundOperand,
  list: readonly number[],
): number | undefined {
  const [given = 0] = list;
  const axis = given < 0 ? given + shape.length : given;
  const name = axes[axis];
  const left = shape.filter((_, i) => i !== axis);
  if (list.length === 1 && name && name !== 'n') {
    if (String(left) === String(node.output.shape)) return axis;
    return problem(node, `it gives [${left}], but the file declares [${node.output.shape}]`);
  }
  return problem(node, `the axis ${list} of [${shape.join(', ')}] is not supported (any one but the batch)`);
}

/** Axes of x with the one that is chosen over as channels, the others in their order. */
const orders = { h: [1, 2, 0], w: [0, 2, 1], c: [0, 1, 2] } as const satisfies Record<
  string,
  TransposeAttributes['order']
>;

function withLast(node: TfliteNode, x: FoundOperand, index: number): Pick<FoundOperand, 'id' | 'shape'> {
  const axis = x.axes[index];
  if (axis === 'c' || axis === 'n') return x;
  if (x.axes.filter((each) => each === 'h').length > 1 && axis === 'h') return withRowsLast(node, x, index);
  const order = orders[axis];
  const sizes = x.shape.slice(1);
  const shape: NHWC = [1, sizes[order[0]], sizes[order[1]], sizes[order[2]]];
  return { id: emitBetween(node, transpose, { order }, [x.id], shape, x.id), shape };
}

/** The same for one of several axes that are rows together: it is seen as columns, and those behind it as channels. */
function withRowsLast(node: TfliteNode, x: FoundOperand, index: number): Pick<FoundOperand, 'id' | 'shape'> {
  const sizes = x.file.shape.map((size, i) => (x.axes[i] === 'n' ? 1 : size));
  const product = (list: readonly number[]): number => list.reduce((all, size) => all * size, 1);
  const [h, w, c] = [product(sizes.slice(0, index)), sizes[index], product(sizes.slice(index + 1))];
  const shape: NHWC = [1, h, c, w];
  const id = seenAs(node, x, [1, h, w, c]);
  return { id: emitBetween(node, transpose, { order: [0, 2, 1] }, [id], shape, x.id), shape };
}
