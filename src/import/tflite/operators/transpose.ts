import type { NHWC } from '../../../graph/tensor.ts';
import { transpose } from '../../../ops/transpose.ts';
import { Arrangement } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constantIntegers, integers, operand, shapeOf } from '../../operand.ts';
import { type Axis, axesOf, imageShape } from '../../shapes.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';

type Order = readonly [h: number, w: number, c: number];

/** A batch stays in front; the axis of a batch of 1 may move, as any axis of size 1. */
export const convertTranspose: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = integers(node, 1, 'axes');
  if (!x || !list) return;
  const { shape } = x.file;
  const axes = list.map((axis) => (axis < 0 ? axis + shape.length : axis));
  const isPermutation = axes.length === shape.length && shape.every((_, axis) => axes.includes(axis));
  if (!isPermutation) {
    problem(node, `the order of axes [${list}] does not fit an input [${shape}] (each of its axes once)`);
    return;
  }
  const declared = axes.map((axis) => shape[axis]);
  if (String(declared) !== String(node.output.shape)) {
    problem(node, `it gives [${declared}], but the file declares [${node.output.shape}]`);
    return;
  }
  const { batch } = node.writer;
  if ((axes[0] ?? 0) !== 0 && batch !== 1) {
    problem(node, `the order of axes [${list}] moves the batch of ${batch} (the leading axis first)`);
    return;
  }
  const order = imageOrder(x.axes, axesOf(declared, batch), axes, imageShape(shape, batch));
  if (order) emit(node, transpose, { order }, [x.id]);
  else new Arrangement(node, x).permute(axes).finish();
};

export function transposeShape(node: TfliteNode): readonly number[] | undefined {
  const shape = shapeOf(node, 0);
  const axes = constantIntegers(node, 1);
  if (!shape || axes?.length !== shape.length) return undefined;
  const sizes = axes.map((axis) => shape[axis < 0 ? axis + shape.length : axis]);
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

/**
 * An order of rows, columns and channels that moves the elements of one image as `axes` moves those of the file's tensor:
 * axes that are not of size 1 come from where they are, the others fill up the places that are left. undefined where the
 * tensor has more axes than these, before or after.
 */
function imageOrder(
  from: readonly Axis[],
  to: readonly Axis[],
  axes: readonly number[],
  [, ...sizes]: NHWC,
): Order | undefined {
  const isImage = (names: readonly Axis[]): boolean => names[0] === 'n' && names.length <= 4;
  if (!isImage(from) || !isImage(to)) return undefined;
  const places = ['h', 'w', 'c'] as const;
  const order = places.map((place) => {
    const axis = axes[to.indexOf(place)];
    const source = axis === undefined ? -1 : places.indexOf(from[axis] as 'h' | 'w' | 'c');
    return source >= 0 && sizes[source] > 1 ? source : -1;
  });
  const left = [0, 1, 2].filter((axis) => !order.includes(axis));
  return order.map((axis) => (axis < 0 ? (left.shift() as number) : axis)) as unknown as Order;
}
