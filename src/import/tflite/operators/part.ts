import type { NHWC } from '../../../graph/tensor.ts';
import { reshape } from '../../../ops/reshape.ts';
import { slice } from '../../../ops/slice.ts';
import { problem } from '../../conversion.ts';
import { emit, emitBetween, outputId } from '../../emit.ts';
import type { FoundOperand } from '../../operand.ts';
import { axesOf, imageShape } from '../../shapes.ts';
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
  const { shape } = x.file;
  const axes = axesOf[shape.length] ?? [];
  const stray = ranges.findIndex(({ begin, size }, i) => begin < 0 || size < 1 || begin + size > shape[i]);
  if (stray >= 0) {
    const { begin, size } = ranges[stray];
    problem(
      node,
      `${size} from ${begin} on is no part of axis ${stray} of [${shape.join(', ')}] (one element or more)`,
    );
    return;
  }
  if (axes[0] === 'n' && ranges[0]?.size !== shape[0]) {
    problem(node, 'it takes some images of a batch (all of them)');
    return;
  }
  const rangeOf = (axis: 'h' | 'w' | 'c'): AxisRange => ranges[axes.indexOf(axis)] ?? { begin: 0, size: 1 };
  const [h, w, c] = [rangeOf('h'), rangeOf('w'), rangeOf('c')];
  const attributes = {
    begin: [h.begin, w.begin, c.begin],
    size: [h.size, w.size, c.size],
  } as const;
  const part: NHWC = [1, ...attributes.size];
  // Where an axis is dropped, others move up.
  const declared = node.output.shape.length <= 4 ? imageShape(outputShape(node, ranges, dropped)) : part;
  if (String(declared) === String(part)) emit(node, slice, attributes, [x.id]);
  else emit(node, reshape, { shape: declared }, [emitBetween(node, slice, attributes, [x.id], part)]);
}

/** As the file declares it, or where shapes are inferred what is left. */
function outputShape(node: TfliteNode, ranges: readonly AxisRange[], dropped: readonly number[]): readonly number[] {
  if (!node.writer.isPending(outputId(node))) return node.output.shape;
  return ranges.map(({ size }) => size).filter((_, axis) => !dropped.includes(axis));
}
