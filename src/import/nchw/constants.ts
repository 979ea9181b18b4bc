import { elements } from '../../graph/tensor.ts';
import { misfit } from './frame.ts';
import { broadcastShape } from './layers/pairwise.ts';
import { type Constant, integerConstant, isReal, realConstant, stridesOf } from './value.ts';

/** Values of all constants that are computed on import: 64 MB. */
const mostValues = 2 ** 24;

function roomFor(shape: readonly number[]): number {
  const count = elements(shape);
  if (!(count <= mostValues)) misfit(`a constant of [${shape.join(', ')}] is too large (2^24 values)`);
  return count;
}

const made = (shape: readonly number[], data: ArrayLike<number>, real: boolean, name?: string): Constant =>
  real ? realConstant(shape, Float32Array.from(data), name) : integerConstant(shape, Array.from(data), name);

/** A constant of equal values. */
export const filled = (shape: readonly number[], value: number, real: boolean): Constant =>
  made(shape, new Float64Array(roomFor(shape)).fill(value), real);

/** f of every value. */
export const mapped = (x: Constant, f: (value: number) => number, real = isReal(x)): Constant =>
  made(x.shape, Float64Array.from(x.data, f), real, x.name);

/** f(a, b), broadcast as numpy does; real where one of them is, or where `real` says so. */
export function combined(
  a: Constant,
  b: Constant,
  f: (a: number, b: number) => number,
  real = isReal(a) || isReal(b),
): Constant {
  const shape = broadcastShape(a.shape, b.shape);
  const [x, y] = [expandedTo(a, shape), expandedTo(b, shape)];
  return made(
    shape,
    Float64Array.from(x.data, (value, i) => f(value, y.data[i])),
    real,
    a.name,
  );
}

/** The elements at these positions. */
const picked = (x: Constant, shape: readonly number[], from: readonly number[]): Constant => {
  const data =
    x.data instanceof Float32Array
      ? Float32Array.from(from, (at) => x.data[at])
      : Float64Array.from(from, (at) => x.data[at]);
  return { kind: 'constant', name: x.name, shape, data };
};

/** Positions of a tensor of `shape` whose neighbors along each axis lie `strides` apart, from `start`. */
function positions(shape: readonly number[], strides: readonly number[], start = 0): number[] {
  roomFor(shape);
  return shape.reduce(
    (order, size, axis) => order.flatMap((at) => Array.from({ length: size }, (_, i) => at + i * strides[axis])),
    [start],
  );
}

/** Repeated along axes of size 1, and along new ones in front. */
export function expandedTo(x: Constant, shape: readonly number[]): Constant {
  if (String(x.shape) === String(shape)) return x;
  if (String(broadcastShape(x.shape, shape)) !== String(shape)) {
    misfit(`[${x.shape.join(', ')}] cannot be expanded to [${shape.join(', ')}]`);
  }
  const aligned = [...new Array<number>(shape.length - x.shape.length).fill(1), ...x.shape];
  const strides = stridesOf(aligned).map((stride, axis) => (aligned[axis] === 1 ? 0 : stride));
  return picked(x, shape, positions(shape, strides));
}

/** In another shape of as many elements. A scale for each index of an axis goes with the axis where that stays. */
export function reshapedConstant(x: Constant, shape: readonly number[]): Constant {
  if (elements(shape) !== elements(x.shape))
    misfit(`[${x.shape.join(', ')}] has not as many elements as [${shape.join(', ')}]`);
  const { quantization, ...rest } = x;
  if (!quantization || quantization.scale.length === 1) return { ...x, shape };
  const outer = elements(x.shape.slice(0, quantization.axis));
  const axis = shape.findIndex(
    (size, k) => size === quantization.scale.length && elements(shape.slice(0, k)) === outer,
  );
  return axis < 0 ? { ...rest, shape } : { ...rest, shape, quantization: { ...quantization, axis } };
}

/** Axis k is axis order[k] of x. */
export function permutedConstant(x: Constant, order: readonly number[]): Constant {
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis]);
  const y = picked(
    x,
    shape,
    positions(
      shape,
      order.map((axis) => strides[axis]),
    ),
  );
  const { quantization } = x;
  return quantization ? { ...y, quantization: { ...quantization, axis: order.indexOf(quantization.axis) } } : y;
}

/** Elements begin, begin + step … of an axis. */
export function partOfConstant(x: Constant, axis: number, begin: number, count: number, step = 1): Constant {
  if (begin < 0 || count < 0 || (count > 0 && begin + (count - 1) * step >= x.shape[axis])) {
    misfit(`${count} elements from ${begin} are not within axis ${axis} of [${x.shape.join(', ')}]`);
  }
  const strides = stridesOf(x.shape);
  const shape = x.shape.map((size, k) => (k === axis ? count : size));
  return picked(
    x,
    shape,
    positions(
      shape,
      strides.map((stride, k) => (k === axis ? stride * step : stride)),
      begin * strides[axis],
    ),
  );
}

/** Constants one after the other along an axis. */
export function joinedConstants(values: readonly Constant[], axis: number): Constant {
  const [first] = values;
  const shape = first.shape.map((size, k) =>
    k === axis ? values.reduce((sum, each) => sum + (each.shape[axis] ?? 0), 0) : size,
  );
  roomFor(shape);
  const outer = elements(shape.slice(0, axis));
  const blocks = values.map((each) => elements(each.shape.slice(axis)));
  const data: number[] = [];
  for (let i = 0; i < outer; i++) {
    values.forEach((each, k) => {
      for (let at = i * blocks[k]; at < (i + 1) * blocks[k]; at++) data.push(each.data[at]);
    });
  }
  return made(shape, data, values.some(isReal), first.name);
}

/** The numbers of a constant. */
export const numbersOf = (x: Constant): number[] => Array.from(x.data);
