import { elements } from '../../../graph/tensor.ts';
import { permutedConstant, reshapedConstant } from '../constants.ts';
import { type Frame, misfit } from '../frame.ts';
import { permuted, reshaped, shapeOf } from '../layout.ts';
import { type Activation, shapeOfValue, type Value } from '../value.ts';
import { axesFrom } from './reduction.ts';

/** The size that is −1 is what is left of the others. */
export function fullShape(from: readonly number[], wanted: readonly number[]): readonly number[] {
  const open = wanted.filter((size) => size === -1).length;
  const known = elements(wanted.filter((size) => size !== -1));
  const shape = wanted.map((size) => (size === -1 ? elements(from) / known : size));
  const fits =
    open <= 1 && shape.every((size) => Number.isInteger(size) && size >= 0) && elements(shape) === elements(from);
  return fits ? shape : misfit(`[${from.join(', ')}] does not go into the shape [${wanted.join(', ')}]`);
}

/** The same elements in another shape; one size may be −1. */
export function reshapedTo(frame: Frame, value: Value, wanted: readonly number[]): Value {
  const shape = fullShape(shapeOfValue(value), wanted);
  if (value.kind === 'constant') return reshapedConstant(value, shape);
  const direct = layoutIn(value, shape);
  if (direct) return direct;
  const all = value.layout.axes.flat().filter(({ batch }) => !batch);
  return layoutIn(frame.place(value, [[], [], all]), shape) ?? misfit(`it cannot take the shape [${shape.join(', ')}]`);
}

function layoutIn(x: Activation, shape: readonly number[]): Activation | undefined {
  try {
    const layout = reshaped(x.layout, shape);
    return layout && { ...x, layout };
  } catch (error) {
    return misfit((error as Error).message);
  }
}

/** Axis k is axis order[k] of x. */
export function permutedBy(value: Value, axes: readonly number[]): Value {
  const rank = shapeOfValue(value).length;
  const order = axesFrom(axes, rank);
  if (new Set(order).size !== rank || order.length !== rank)
    misfit(`the order [${axes.join(', ')}] is not a permutation of ${rank} axes`);
  return value.kind === 'constant'
    ? permutedConstant(value, order)
    : { ...value, layout: permuted(value.layout, order) };
}

/** Without axes of size 1; those that are larger stay. */
export function squeezed(frame: Frame, value: Value, axes: readonly number[]): Value {
  const shape = shapeOfValue(value);
  const gone = new Set(axesFrom(axes, shape.length).filter((axis) => shape[axis] === 1));
  return viewed(frame, value, (_, axis) => (gone.has(axis) ? [] : [axis]));
}

/** With an axis of size 1 before axis `axis`. */
export function unsqueezed(frame: Frame, value: Value, axis: number): Value {
  const rank = shapeOfValue(value).length;
  const at = axis < 0 ? axis + rank + 1 : axis;
  if (!(at >= 0 && at <= rank)) misfit(`there is no place ${axis} for an axis among ${rank}`);
  return viewed(frame, value, (_, k) => (k === at ? [-1, k] : [k]), at === rank ? [-1] : []);
}

/** Axes that are listed, −1 for one of size 1. */
function viewed(
  _frame: Frame,
  value: Value,
  keep: (size: number, axis: number) => readonly number[],
  more: readonly number[] = [],
): Value {
  const order = [...shapeOfValue(value).flatMap(keep), ...more];
  if (value.kind === 'constant') {
    return reshapedConstant(
      value,
      order.map((axis) => (axis < 0 ? 1 : value.shape[axis])),
    );
  }
  const axes = order.map((axis) => (axis < 0 ? [] : value.layout.axes[axis]));
  return { ...value, layout: { ...value.layout, axes } };
}

/** The shape of a value with axes `first` to `last` as one. */
export function flattenedShape(value: Value, first: number, last: number): readonly number[] {
  const shape = value.kind === 'activation' ? shapeOf(value.layout) : value.shape;
  if (shape.length === 0) return [1];
  const [from = 0, to = 0] = axesFrom([first, last], shape.length);
  return [...shape.slice(0, from), elements(shape.slice(from, to + 1)), ...shape.slice(to + 1)];
}
