import { transpose } from '../../../ops/transpose.ts';
import { problem } from '../../conversion.ts';
import { emit } from '../../emit.ts';
import { constantIntegers, integers, operand, shapeOf } from '../../operand.ts';
import { axesOf, imageShape } from '../../shapes.ts';
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
  // A batch of 1 that moves leaves a leading axis of another size, unless that has size 1, too; the output says so itself.
  if ((axes[0] ?? 0) !== 0 && node.writer.batch !== 1) {
    problem(node, `the order of axes [${list}] moves the batch of ${node.writer.batch} (the leading axis first)`);
    return;
  }
  emit(node, transpose, { order: imageOrder(shape, axes) }, [x.id]);
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
 * axes that are not of size 1 come from where they are, the others fill up the places that are left.
 */
function imageOrder(shape: readonly number[], axes: readonly number[]): Order {
  const names = axesOf[shape.length] ?? [];
  const places = ['h', 'w', 'c'] as const;
  const sizes = imageShape(shape).slice(1);
  const order = places.map((place) => {
    const axis = axes[names.indexOf(place)];
    const from = axis === undefined ? -1 : places.indexOf(names[axis] as 'h' | 'w' | 'c');
    return from >= 0 && sizes[from] > 1 ? from : -1;
  });
  const left = [0, 1, 2].filter((axis) => !order.includes(axis));
  return order.map((axis) => (axis < 0 ? (left.shift() as number) : axis)) as unknown as Order;
}
