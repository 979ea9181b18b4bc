import type { Values } from '../../format/values.ts';
import type { HWC } from '../../graph/tensor.ts';
import type { Traced } from './trace.ts';

/** The shape of one image without its batch axis, axes of 1 in front. */
export function hwc(shape: readonly number[]): HWC {
  const [h, w, c] = [1, 1, 1, ...shape].slice(-3) as [number, number, number];
  return [h, w, c];
}

const withoutOnes = (shape: readonly number[]): string => {
  const first = shape.findIndex((size) => size !== 1);
  return String(first < 0 ? [] : shape.slice(first));
};

/** How the values of `tensor` lie, where they are those of a map `wanted`. */
type Order = 'channels last' | 'channels first' | 'either';

export function orderOf({ shape }: Traced, wanted: HWC): Order {
  const [h, w, c] = wanted;
  const last = withoutOnes(shape) === withoutOnes([h, w, c]);
  const first = withoutOnes(shape) === withoutOnes([c, h, w]);
  if (first && !last && h * w > 1 && c > 1) return 'channels first';
  return first && last && h * w > 1 && c > 1 ? 'either' : 'channels last';
}

/** [c, h, w] → [h, w, c]. */
export function channelsLast<Any extends Values>(values: Any, [h, w, c]: HWC): Any {
  const moved = values.slice() as Any;
  for (let channel = 0, from = 0; channel < c; channel++) {
    for (let pixel = 0; pixel < h * w; pixel++, from++) moved[pixel * c + channel] = values[from];
  }
  return moved;
}

/** A row-major array of `shape` with its axes in another order: axis i of the result is axis order[i] of `values`. */
export function permuted<Any extends Values>(values: Any, shape: readonly number[], order: readonly number[]): Any {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const sizes = order.map((axis) => shape[axis]);
  const steps = order.map((axis) => strides[axis]);
  const moved = values.slice() as Any;
  const index = sizes.map(() => 0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    moved[to] = values[from];
    for (let axis = sizes.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      index[axis] = index[axis] + 1;
      if (index[axis] < sizes[axis]) break;
      from -= steps[axis] * sizes[axis];
      index[axis] = 0;
    }
  }
  return moved;
}
