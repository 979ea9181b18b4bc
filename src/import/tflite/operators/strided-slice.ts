import { Arrangement, isBatch } from '../../arrangement.ts';
import { problem } from '../../conversion.ts';
import { type FoundOperand, integers, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { stridedSliceOptions } from '../schema.ts';
import { stepAlong } from './gather.ts';
import { type AxisRange, emitPart } from './part.ts';

/** Elements from `begin` to before `end`, all or by steps. Axes without a begin are taken whole. */
export const convertStridedSlice: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const begins = integers(node, 1, 'first elements');
  const ends = integers(node, 2, 'ends');
  const strides = integers(node, 3, 'strides');
  if (!x || !begins || !ends || !strides || !isPlain(node)) return;
  const { shape } = x.file;
  if (begins.length > shape.length || ends.length !== begins.length || strides.length !== begins.length) {
    const counts = `${begins.length} first elements, ${ends.length} ends and ${strides.length} strides`;
    problem(node, `${counts} do not fit [${shape}] (one an axis)`);
    return;
  }
  if (strides.includes(0)) {
    problem(node, `strides of [${strides.join(', ')}] are not supported (no 0)`);
    return;
  }
  const mask = (slot: number): number => scalar(node.operator.options, slot, 'Int32');
  const masks = {
    begin: mask(stridedSliceOptions.beginMask),
    end: mask(stridedSliceOptions.endMask),
    shrink: mask(stridedSliceOptions.shrinkAxisMask),
  };
  const ranges = shape.map((size, i): AxisRange => {
    if (i >= begins.length) return { begin: 0, size };
    return rangeOf(size, begins[i], ends[i], strides[i], {
      begin: (masks.begin & (1 << i)) !== 0,
      end: (masks.end & (1 << i)) !== 0,
      shrink: (masks.shrink & (1 << i)) !== 0,
    });
  });
  const dropped = begins.flatMap((_, i) => ((masks.shrink & (1 << i)) !== 0 ? [i] : []));
  if (strides.every((stride, i) => stride === 1 || dropped.includes(i))) emitPart(node, x, ranges, dropped);
  else emitSteps(node, x, ranges, strides, dropped);
};

/** Axis by axis, each of which has one element or more. */
function emitSteps(
  node: TfliteNode,
  x: FoundOperand,
  ranges: readonly AxisRange[],
  strides: readonly number[],
  dropped: readonly number[],
): void {
  const { shape } = x.file;
  const empty = ranges.findIndex(({ begin, size }, axis) => size < 1 || begin < 0 || begin >= shape[axis]);
  if (empty >= 0) {
    problem(node, `nothing of axis ${empty} of [${shape.join(', ')}] is left (one element or more)`);
    return;
  }
  const way = new Arrangement(node, x);
  for (const [axis, { begin, size }] of ranges.entries()) {
    const step = dropped.includes(axis) ? 1 : (strides[axis] ?? 1);
    if (begin === 0 && size === shape[axis] && step === 1) continue;
    if (isBatch(node, shape, axis)) {
      problem(node, 'it takes some images of a batch (all of them)');
      return;
    }
    stepAlong(way, axis, begin, size, step);
  }
  way.as(way.sizes.filter((_, axis) => !dropped.includes(axis))).finish();
}

/** Counted from the end where negative, and held inside the axis; of an axis that is dropped one element. */
function rangeOf(
  size: number,
  first: number,
  last: number,
  step: number,
  masked: { readonly begin: boolean; readonly end: boolean; readonly shrink: boolean },
): AxisRange {
  // Backwards, what lies before the first element is not an element, but may be an end.
  const [least, most] = step > 0 ? [0, size] : [-1, size - 1];
  const inside = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, least), most);
  const begin = masked.begin ? Math.max(step > 0 ? least : most, 0) : inside(first);
  if (masked.shrink) return { begin, size: 1 };
  const end = masked.end ? (step > 0 ? most : least) : inside(last);
  return { begin, size: Math.ceil((end - begin) / step) };
}

/** Whether nothing is asked for but ranges and axes that are dropped. */
function isPlain(node: TfliteNode): boolean {
  const { options } = node.operator;
  const given = (['ellipsisMask', 'newAxisMask'] as const).filter(
    (name) => scalar(options, stridedSliceOptions[name], 'Int32') !== 0,
  );
  if (scalar(options, stridedSliceOptions.offset, 'Uint8') !== 0)
    problem(node, 'ends that are sizes are not supported (positions)');
  for (const name of given) {
    const what = name === 'ellipsisMask' ? 'an ellipsis' : 'a new axis';
    problem(node, `${what} is not supported (ranges and dropped axes)`);
  }
  return given.length === 0 && scalar(options, stridedSliceOptions.offset, 'Uint8') === 0;
}
