import type { NHWC } from '../../../graph/tensor.ts';
import { reshape } from '../../../ops/reshape.ts';
import { slice } from '../../../ops/slice.ts';
import { problem } from '../../conversion.ts';
import { emit, emitAs, emitBetween, seenAs } from '../../emit.ts';
import type { FoundOperand } from '../../operand.ts';
import { type Axis, imageShape } from '../../shapes.ts';
import type { TfliteNode } from '../node.ts';

/** Elements [begin, begin + size) of one axis of the file's shape. */
export interface AxisRange {
  readonly begin: number;
  readonly size: number;
}

/** Makes an output of a part of x: a range for each axis of the file, of the batch all of it. `dropped` axes have one element. */
export function emitPart(
  node: TfliteNode,
  x: FoundOperand,
  ranges: readonly AxisRange[],
  dropped: readonly number[] = [],
): void {
  const { axes, file } = x;
  const { shape } = file;
  const stray = ranges.findIndex(({ begin, size }, i) => begin < 0 || size < 1 || begin + size > shape[i]);
  if (stray >= 0) {
    const { begin, size } = ranges[stray];
    problem(
      node,
      `${size} from ${begin} on is not part of axis ${stray} of [${shape.join(', ')}] (one element or more)`,
    );
    return;
  }
  if (axes[0] === 'n' && ranges[0]?.size !== shape[0]) {
    problem(node, 'it takes some images of a batch (all of them)');
    return;
  }
  // Where an axis is dropped, others move up.
  const left = ranges.map(({ size }) => size).filter((_, axis) => !dropped.includes(axis));
  if (axes.filter((axis) => axis === 'h').length > 1) {
    emitByAxis(node, x, ranges, left);
    return;
  }
  const rangeOf = (axis: Axis): AxisRange => ranges[axes.indexOf(axis)] ?? { begin: 0, size: 1 };
  const [h, w, c] = [rangeOf('h'), rangeOf('w'), rangeOf('c')];
  const attributes = { begin: [h.begin, w.begin, c.begin], size: [h.size, w.size, c.size] } as const;
  emitAs(node, slice, attributes, [x.id], [1, ...attributes.size], imageShape(left, node.writer.batch));
}

/** One axis after the other, each seen as columns, with those before it as rows and those behind it as channels. */
function emitByAxis(node: TfliteNode, x: FoundOperand, ranges: readonly AxisRange[], left: readonly number[]): void {
  const sizes = x.file.shape.map((size, i) => (x.axes[i] === 'n' ? 1 : size));
  const product = (list: readonly number[]): number => list.reduce((all, size) => all * size, 1);
  let seen: Pick<FoundOperand, 'id' | 'shape'> = x;
  for (const [axis, { begin, size }] of ranges.entries()) {
    if (x.axes[axis] === 'n' || size === sizes[axis]) continue;
    const [h, c] = [product(sizes.slice(0, axis)), product(sizes.slice(axis + 1))];
    const id = seenAs(node, seen, [1, h, sizes[axis], c]);
    const shape: NHWC = [1, h, size, c];
    seen = { id: emitBetween(node, slice, { begin: [0, begin, 0], size: [h, size, c] }, [id], shape, x.id), shape };
    sizes[axis] = size;
  }
  emit(node, reshape, { shape: imageShape(left, node.writer.batch) }, [seen.id]);
}
