import type { MeanAttributes } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import type { NHWC } from '../../../graph/tensor.ts';
import { maxPool2d } from '../../../ops/max-pool2d.ts';
import { reduceSum } from '../../../ops/reduce-sum.ts';
import { Arrangement, isBatch } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { constantIntegers, type FoundOperand, integers, operand, shapeOf } from '../../operand.ts';
import type { Axis } from '../../shapes.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { reducerOptions } from '../schema.ts';

/** An operand and the axes that are left out of it, or stay with size 1. */
interface Reduction {
  readonly x: FoundOperand;
  readonly axes: readonly number[];
  /** The sizes of one image of the output in the axes of the file. */
  readonly sizes: readonly number[];
}

function readReduction(node: TfliteNode): Reduction | undefined {
  const x = operand(node, 0);
  const list = integers(node, 1, 'axes');
  if (!x || !list) return undefined;
  const { shape } = x.file;
  const rank = shape.length;
  if (list.some((axis) => axis < -rank || axis >= rank)) {
    return problem(node, `the axes [${list.join(', ')}] do not fit the input [${shape.join(', ')}]`);
  }
  const axes = list.map((axis) => (axis < 0 ? axis + rank : axis));
  if (axes.some((axis) => isBatch(node, shape, axis))) {
    return problem(node, `the axes [${list.join(', ')}] have the batch among them (axes of one image)`);
  }
  const image = shape.map((size, axis) => (isBatch(node, shape, axis) ? 1 : size));
  return { x, axes, sizes: reduced(image, axes, keepsDims(node)) };
}

const keepsDims = (node: TfliteNode): boolean => scalar(node.operator.options, reducerOptions.keepDims, 'Uint8') !== 0;

const reduced = (shape: readonly number[], axes: readonly number[], keeps: boolean): readonly number[] =>
  keeps ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size)) : shape.filter((_, axis) => !axes.includes(axis));

/** Without the axes that are given, or with size 1 in their place. */
export function reducedShape(node: TfliteNode): readonly number[] | undefined {
  const shape = shapeOf(node, 0);
  const axes = constantIntegers(node, 1)?.map((axis) => (shape && axis < 0 ? axis + shape.length : axis));
  return shape && axes && reduced(shape, axes, keepsDims(node));
}

/**
 * A mean or a sum, over the map or over channels: of other axes those that are left out go behind the others, or before
 * them where that moves fewer bytes.
 */
export const convertTotal =
  (op: Op<MeanAttributes>): TfliteConverter =>
  (node) => {
    const reduction = readReduction(node);
    if (!reduction) return;
    const { x, axes, sizes } = reduction;
    const way = new Arrangement(node, x);
    const [, h, w, c] = x.shape;
    const counted = way.sizes.flatMap((size, axis) => (size === 1 ? [] : [axis]));
    const given = counted.filter((axis) => axes.includes(axis));
    const left = counted.filter((axis) => !axes.includes(axis));
    const size = (list: readonly number[]): number => list.reduce((all, axis) => all * way.sizes[axis], 1);
    const [kept, all] = [size(left), size(given)];
    const isOver = (name: Axis): boolean => given.every((axis) => x.axes[axis] === name);
    if (kept === c && given.every((axis) => x.axes[axis] !== 'c')) {
      way.by(op, { axes: 'hw' }, [way.seen(x.shape)], [1, 1, 1, c], sizes).finish();
    } else if (isOver('c') && (given.length > 0 || c === 1)) {
      way.by(op, { axes: 'c' }, [way.seen(x.shape)], [1, h, w, 1], sizes).finish();
    } else {
      const isFirst = given.length > 0 && given.every((axis) => left.every((other) => axis < other));
      const isLast = given.every((axis) => left.every((other) => axis > other));
      if (!isFirst && !isLast) way.permute([...left, ...given, ...way.sizes.keys()].filter(isNew));
      if (isFirst) way.by(op, { axes: 'hw' }, [way.seen([1, 1, all, kept])], [1, 1, 1, kept], sizes).finish();
      else way.by(op, { axes: 'c' }, [way.seen([1, 1, kept, all])], [1, 1, kept, 1], sizes).finish();
    }
  };

/**
 * A quantised sum is that of one scale alone: of others the kernels of tflite-runtime 2.14 give different bytes, and those of the
 * reference are not sums.
 */
export const convertSum: TfliteConverter = (node) => {
  const [from, to] = [operand(node, 0)?.file.quantization, node.output.quantization];
  if (from && to && from.scale[0] !== to.scale[0]) {
    problem(
      node,
      `a sum of scale ${to.scale[0]} from scale ${from.scale[0]} (one scale; TFLite's kernels differ elsewhere)`,
    );
    return;
  }
  convertTotal(reduceSum)(node);
};

const isNew = (axis: number, i: number, list: readonly number[]): boolean => list.indexOf(axis) === i;

/** The greatest element is that of a window over each run of axes, one after the other. */
export const convertReduceMax: TfliteConverter = (node) => {
  const reduction = readReduction(node);
  if (!reduction) return;
  const { x, axes, sizes } = reduction;
  const way = new Arrangement(node, x);
  const image = way.sizes;
  const greatest = (window: readonly [number, number], from: NHWC, to: NHWC, after: readonly number[]): void => {
    const attributes = { window, stride: window, dilation: [1, 1], padding: none, activation: 'none' } as const;
    way.by(maxPool2d, attributes, [way.seen(from)], to, after);
  };
  const [, h, w, c] = x.shape;
  const counted = image.flatMap((size, axis) => (size === 1 ? [] : [axis]));
  const given = counted.filter((axis) => axes.includes(axis));
  if (given.every((axis) => x.axes[axis] !== 'c') && given.reduce((all, axis) => all * image[axis], 1) === h * w) {
    greatest([h, w], x.shape, [1, 1, 1, c], sizes);
  } else {
    for (const group of runsOf(counted, given)) {
      const [before] = way.around(group[0] as number);
      const size = group.reduce((all, axis) => all * image[axis], 1);
      const behind = way.around(group.at(-1) as number)[2];
      const after = way.sizes.map((each, axis) => (group.includes(axis) ? 1 : each));
      greatest([1, size], [1, before, size, behind], [1, before, 1, behind], after);
    }
  }
  way.as(sizes).finish();
};

const none = { top: 0, left: 0, bottom: 0, right: 0 } as const;

/** Those of `axes` that stand side by side in `all`. */
function runsOf(all: readonly number[], axes: readonly number[]): number[][] {
  const runs: number[][] = [];
  let before = Number.NaN;
  for (const [position, axis] of all.entries()) {
    if (!axes.includes(axis)) continue;
    if (position === before + 1) runs.at(-1)?.push(axis);
    else runs.push([axis]);
    before = position;
  }
  return runs;
}
