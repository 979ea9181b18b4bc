import type { NHWC } from '../../../graph/tensor.ts';
import { reshape } from '../../../ops/reshape.ts';
import { transpose } from '../../../ops/transpose.ts';
import { problem } from '../../conversion.ts';
import { emit, emitAs, emitBetween, seenAs } from '../../emit.ts';
import { constantIntegers, type FoundOperand, integers, operand, shapeOf } from '../../operand.ts';
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
  else moveGroups(node, x, axes);
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

/** Axes that stay side by side. */
interface Group {
  /** The first of its axes, by which groups are told apart. */
  readonly first: number;
  readonly size: number;
}

/** The axes of a shape that are not of size 1 in their new order, with those that stay side by side as one. */
function groupsOf(shape: readonly number[], axes: readonly number[]): Group[] {
  const counted = shape.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const groups: Group[] = [];
  let before = Number.NaN;
  for (const axis of axes.filter((each) => counted.includes(each))) {
    const group = groups.at(-1);
    const position = counted.indexOf(axis);
    if (group && position === before + 1) groups[groups.length - 1] = { ...group, size: group.size * shape[axis] };
    else groups.push({ first: axis, size: shape[axis] });
    before = position;
  }
  return groups;
}

const sizeOf = (groups: readonly Group[]): number => groups.reduce((product, { size }) => product * size, 1);

/**
 * Any order of any number of axes. Three groups of axes are one transpose. Of more, one after the other moves to the front,
 * from the last one of the new order to the first.
 */
function moveGroups(node: TfliteNode, x: FoundOperand, axes: readonly number[]): void {
  const target = groupsOf(x.file.shape, axes);
  const source = [...target].sort((a, b) => a.first - b.first);
  if (target.length <= 3) {
    const lacking = 3 - target.length;
    const pad = new Array<number>(lacking).fill(1);
    const [h, w, c] = [...pad, ...source.map(({ size }) => size)];
    const order = [...pad.map((_, i) => i), ...target.map((group) => source.indexOf(group) + lacking)];
    const id = seenAs(node, x, [1, h, w, c]);
    const sizes = [...pad, ...target.map(({ size }) => size)];
    emitAs(node, transpose, { order: order as unknown as Order }, [id], [1, ...sizes] as unknown as NHWC);
    return;
  }
  let [current, seen] = [source, x as Pick<FoundOperand, 'id' | 'shape'>];
  for (const group of [...target].reverse()) {
    const at = current.indexOf(group);
    const [before, after] = [sizeOf(current.slice(0, at)), sizeOf(current.slice(at + 1))];
    current = [group, ...current.filter((each) => each !== group)];
    if (at === 0) continue;
    const shape: NHWC = [1, group.size, before, after];
    const id = seenAs(node, seen, [1, before, group.size, after]);
    seen = { id: emitBetween(node, transpose, { order: [1, 0, 2] }, [id], shape, x.id), shape };
  }
  emit(node, reshape, { shape: imageShape(node.output.shape, node.writer.batch) }, [seen.id]);
}
