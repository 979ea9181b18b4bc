import { problem } from '../../conversion.ts';
import { integers, operand } from '../../operand.ts';
import { scalar } from '../flatbuffer.ts';
import type { TfliteConverter, TfliteNode } from '../node.ts';
import { stridedSliceOptions } from '../schema.ts';
import { type AxisRange, emitPart } from './part.ts';

/** Every element from `begin` to before `end`: steps of 1. Axes without a begin are taken whole. */
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
  if (strides.some((stride) => stride !== 1)) {
    problem(node, `strides of [${strides.join(', ')}] are not supported (1)`);
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
    return rangeOf(size, begins[i], ends[i], {
      begin: (masks.begin & (1 << i)) !== 0,
      end: (masks.end & (1 << i)) !== 0,
      shrink: (masks.shrink & (1 << i)) !== 0,
    });
  });
  const axes = begins.map((_, i) => i);
  emitPart(
    node,
    x,
    ranges,
    axes.filter((i) => (masks.shrink & (1 << i)) !== 0),
  );
};

/** Counted from the end where negative, and held inside the axis; of an axis that is dropped one element. */
function rangeOf(
  size: number,
  first: number,
  last: number,
  masked: { readonly begin: boolean; readonly end: boolean; readonly shrink: boolean },
): AxisRange {
  const inside = (at: number): number => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const begin = masked.begin ? 0 : inside(first);
  if (masked.shrink) return { begin, size: 1 };
  const end = masked.end ? size : inside(last);
  return { begin, size: end - begin };
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
