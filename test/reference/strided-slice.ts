import { integerTensor, movingGenerator } from './same.ts';

/** Ranges with steps in either direction, from either end, some of them left open and some of one element that is dropped. */
export const stridedSliceGenerator = movingGenerator('STRIDED_SLICE', 'StridedSliceOptions', (random, shape) => {
  const masks = { begin: 0, end: 0, shrink: 0 };
  const fromEnd = (at: number, size: number): number => (random.once(3) && at < size ? at - size : at);
  const axes = shape.map((size, axis) => {
    const bit = 1 << axis;
    if (axis === 0) {
      masks.begin |= bit;
      masks.end |= bit;
      return { begin: 0, end: 0, stride: 1, size };
    }
    const stride = random.pick([1, 1, 2, 3, 4, -1, -2]);
    if (random.once(6)) {
      masks.shrink |= bit;
      const begin = random.integer(0, size - 1);
      return { begin: fromEnd(begin, size), end: begin + 1, stride: 1, size: 0 };
    }
    const count = random.integer(1, Math.ceil(size / Math.abs(stride)));
    const reach = (count - 1) * Math.abs(stride);
    const least = random.integer(0, size - 1 - reach);
    if (stride < 0) {
      if (random.once(3)) masks.begin |= bit;
      const begin = masks.begin & bit ? size - 1 : least + reach;
      const isOpen = begin - reach + stride < 0 || masks.begin & bit;
      if (isOpen) masks.end |= bit;
      const left = isOpen ? Math.ceil((begin + 1) / -stride) : count;
      return { begin: fromEnd(begin, size), end: isOpen ? 0 : begin - reach - 1, stride, size: left };
    }
    if (least === 0 && random.once(2)) masks.begin |= bit;
    const isOpen = least + reach + stride >= size && random.once(2);
    if (isOpen) masks.end |= bit;
    return { begin: fromEnd(least, size), end: least + reach + 1, stride, size: count };
  });
  return {
    y: axes.flatMap(({ size }) => (size === 0 ? [] : [size])),
    constants: [
      integerTensor(axes.map(({ begin }) => begin)),
      integerTensor(axes.map(({ end }) => end)),
      integerTensor(axes.map(({ stride }) => stride)),
    ],
    fields: [
      [0, 'int32', masks.begin],
      [1, 'int32', masks.end],
      [4, 'int32', masks.shrink],
    ],
  };
});
