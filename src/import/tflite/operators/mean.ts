import { mean } from '../../../ops/mean.ts';
import { problem } from '../../conversion.ts';
import { emitAs } from '../../emit.ts';
import { constantIntegers, type FoundOperand, integers, operand, shapeOf } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { reducerOptions } from '../schema.ts';

export const convertMean: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const list = integers(node, 1, 'axes');
  if (!x || !list) return;
  const axes = readAxes(node, x, list);
  if (!axes) return;
  const [, h, w, c] = x.shape;
  // Without the channel axis, the file's rows of columns become one row of channels.
  emitAs(node, mean, { axes }, [x.id], axes === 'hw' ? [1, 1, 1, c] : [1, h, w, 1]);
};

/** Axes of size 1 may be given or left out: they change nothing. */
function readAxes(
  node: TfliteNode,
  { file: { shape }, axes, shape: image }: FoundOperand,
  list: readonly number[],
): 'hw' | 'c' | undefined {
  const rank = shape.length;
  const shown = `[${list.join(', ')}]`;
  const works = 'height and width, or channels';
  if (list.length === 0 || list.some((axis) => axis < -rank || axis >= rank)) {
    return problem(node, `the axes ${shown} do not fit the input [${shape.join(', ')}] (${works})`);
  }
  const names = axes.map((axis, i) => ({ axis, isGiven: list.some((each) => each === i || each + rank === i) }));
  const rows = names.filter(({ axis }) => axis === 'h');
  if (rows.some(({ isGiven }) => isGiven) && !rows.every(({ isGiven }) => isGiven)) {
    return problem(node, `a mean over the axes ${shown} of [${shape.join(', ')}] is not supported (${works})`);
  }
  const given = new Set(list.map((axis) => axes[axis < 0 ? axis + rank : axis]));
  const [, h, w, c] = image;
  const sizes = { h, w, c };
  const counts = (axis: 'h' | 'w' | 'c'): boolean => given.has(axis) && sizes[axis] > 1;
  const space = (given.has('h') || h === 1) && (given.has('w') || w === 1);
  if (!given.has('n')) {
    if (given.has('c') && !counts('h') && !counts('w') && (c > 1 || !space)) return 'c';
    if (space && !counts('c')) return 'hw';
  }
  return problem(node, `a mean over the axes ${shown} of [${shape.join(', ')}] is not supported (${works})`);
}

/** Without the axes that are averaged, or with size 1 in their place. */
export function meanShape(node: TfliteNode): readonly number[] | undefined {
  const shape = shapeOf(node, 0);
  const axes = constantIntegers(node, 1)?.map((axis) => (shape && axis < 0 ? axis + shape.length : axis));
  if (!shape || !axes) return undefined;
  const keepDims = scalar(node.operator.options, reducerOptions.keepDims, 'Uint8') !== 0;
  return keepDims
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
}
