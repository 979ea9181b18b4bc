import { problem } from '../../conversion.ts';
import { integers, operand } from '../../operand.ts';
import type { TfliteConverter } from '../node.ts';
import { emitPart } from './part.ts';

/** A size of −1 reaches to the end of its axis. */
export const convertSlice: TfliteConverter = (node) => {
  const x = operand(node, 0);
  const begins = integers(node, 1, 'first elements');
  const sizes = integers(node, 2, 'sizes');
  if (!x || !begins || !sizes) return;
  const { shape } = x.file;
  if (begins.length !== shape.length || sizes.length !== shape.length) {
    problem(node, `${begins.length} first elements and ${sizes.length} sizes do not fit [${shape}] (one an axis)`);
    return;
  }
  const ranges = shape.map((all, i) => {
    const [begin, size] = [begins[i], sizes[i]];
    return { begin, size: size === -1 ? all - begin : size };
  });
  emitPart(node, x, ranges);
};
