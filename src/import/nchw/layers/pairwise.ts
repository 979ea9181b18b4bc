import type { Activation as Clamp } from '../../../graph/attributes.ts';
import type { Op } from '../../../graph/op.ts';
import { elements, noPadding, type TensorId } from '../../../graph/tensor.ts';
import { conv2d } from '../../../ops/conv2d.ts';
import { resizeNearestNeighbor } from '../../../ops/resize-nearest-neighbor.ts';
import { type Frame, misfit } from '../frame.ts';
import { type Factor, type Layout, type Places, placesShape, signatureOf, usualPlaces } from '../layout.ts';
import { type Activation, type Constant, isReal, shapeOfValue, stridesOf, type Value } from '../value.ts';

type PairOp = Op<{ readonly activation: Clamp }>;

/** The shape of two that are broadcast, aligned at their last axes. Throws Misfit where they do not go together. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => {
    const [x, y] = [a[k - rank + a.length] ?? 1, b[k - rank + b.length] ?? 1];
    if (x !== y && x !== 1 && y !== 1) {
      misfit(`the shapes [${a.join(', ')}] and [${b.join(', ')}] do not go together (equal sizes, or 1)`);
    }
    return x === 1 ? y : x;
  });
}

/** y = op(a, b), either of which may be a constant, broadcast as numpy does. */
export function pairwise(frame: Frame, op: PairOp, a: Value | undefined, b: Value | undefined): Activation {
  if (!a || !b) return misfit('an input is missing');
  const shape = broadcastShape(shapeOfValue(a), shapeOfValue(b));
  const leading = [a, b]
    .filter((value) => value.kind === 'activation')
    .sort((p, q) => elements(shapeOfValue(q)) - elements(shapeOfValue(p)));
  const [first, other] = leading;
  if (first?.kind !== 'activation') return misfit('both of its inputs are constants');
  let main = expanded(first, shape.length);
  let side = other?.kind === 'activation' ? expanded(other, shape.length) : undefined;
  if (side && !sameBatch(main, side)) misfit('it takes images of a batch with other axes');
  if (side && !lieAlike(main, side)) {
    // Once each is where maps usually lie, sizes of 1 are all that may differ.
    [main, side] = [frame.place(main, usualPlaces(main.layout.axes)), frame.place(side, usualPlaces(side.layout.axes))];
  }
  if (elements(shapeOfValue(main)) !== elements(shape)) {
    if (!side) main = widened(frame, main, shape);
    else [main, side] = [widened(frame, main, shape), widened(frame, side, shape)];
  } else if (side && !isRepeatable(frame, main, side)) side = widened(frame, side, shape);
  const place = (value: Value): TensorId => {
    if (value.kind === 'constant') return entered(frame, value, main.layout);
    return value === first ? main.id : (side as Activation).id;
  };
  const inputs = a === b ? [main.id, main.id] : [place(a), place(b)];
  return frame.activation(op, { activation: 'none' }, inputs, main.layout);
}

/** With axes of size 1 in front. */
function expanded(x: Activation, rank: number): Activation {
  const more = Array.from({ length: rank - x.layout.axes.length }, () => []);
  return more.length === 0 ? x : { ...x, layout: { ...x.layout, axes: [...more, ...x.layout.axes] } };
}

/** The images of a batch are along the same axis of both, or of one that is the same for all. */
function sameBatch(a: Activation, b: Activation): boolean {
  return a.layout.axes.every((factors, axis) => {
    const other = b.layout.axes[axis];
    const [own, theirs] = [factors, other].map((list) => list.some(({ batch }) => batch));
    return own === theirs || (own ? other : factors).length === 0;
  });
}

/** Each place of the smaller is that of the larger, or has one element. */
function lieAlike(main: Activation, side: Activation): boolean {
  const [wide, narrow] = [signatureOf(main.layout), signatureOf(side.layout)];
  return narrow.every((place, i) => place === wide[i] || place === '');
}

/** Whether the operators repeat it themselves: for each pixel, or as one value. */
function isRepeatable(frame: Frame, main: Activation, side: Activation): boolean {
  const [a, b] = [frame.shapeOf(main), frame.shapeOf(side)];
  return String(a) === String(b) || (b[1] === 1 && b[2] === 1 && (b[3] === 1 || b[3] === a[3]));
}

/** A map repeated along its axes of size 1, up to `shape`: rows and columns as their nearest neighbors, channels by a product with ones. */
function widened(frame: Frame, given: Activation, shape: readonly number[]): Activation {
  let x = frame.place(given, usualPlaces(given.layout.axes));
  const rank = shape.length;
  const own = shapeOfValue(x);
  if (String(own) === String(shape)) return x;
  if (rank < 3 || rank > 4 || own[0] !== shape[0])
    return misfit(`[${own.join(', ')}] is repeated to [${shape.join(', ')}] (of 3 or 4 axes, not along the first)`);
  const type = frame.typeOf(x.id);
  const size = rank === 4 ? ([shape[2], shape[3]] as const) : ([1, shape[2]] as const);
  if (String(size) !== String(frame.shapeOf(x).slice(1, 3))) {
    const attributes = { size, alignCorners: false, halfPixelCenters: false };
    x = { ...x, id: frame.emit(resizeNearestNeighbor, attributes, [x.id], type) };
  }
  if (own[1] !== shape[1]) {
    if (type.dtype !== 'f32') return misfit('one channel of quantised values is repeated for all (real values)');
    const ones = frame.constant('ones', [shape[1], 1, 1, 1], new Float32Array(shape[1]).fill(1));
    const plain = {
      stride: [1, 1],
      dilation: [1, 1],
      padding: noPadding,
      groups: 1,
      activation: 'none',
      scaleProduct: 'f64',
    } as const;
    x = { ...x, id: frame.emit(conv2d, plain, [x.id, ones, -1], type) };
  }
  const axes = shape.map((each, axis) => (axis === 0 ? x.layout.axes[0] : each > 1 ? [{ size: each }] : []));
  return { ...x, layout: { axes, places: usualPlaces(axes) } };
}

/** A constant as it lies beside an activation: one value, one for each channel, or one for each element. */
export function entered(frame: Frame, constant: Constant, layout: Layout): TensorId {
  const { name, shape, data } = constant;
  const rank = layout.axes.length;
  const aligned = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  if (layout.axes.some((factors, axis) => aligned[axis] > 1 && factors.some(({ batch }) => batch))) {
    misfit(`the constant "${name}" [${shape.join(', ')}] differs between images`);
  }
  const strides = stridesOf(aligned).map((stride, axis) => (aligned[axis] > 1 ? stride : 0));
  const varies = new Set<Factor>(layout.axes.flatMap((factors, axis) => (strides[axis] > 0 ? factors : [])));
  const overMap = [...layout.places[0], ...layout.places[1]].some((factor) => varies.has(factor));
  const overChannels = layout.places[2].some((factor) => varies.has(factor));
  const places: Places = overMap ? layout.places : overChannels ? [[], [], layout.places[2]] : [[], [], []];
  const from = positions(layout, strides, places);
  const values = isReal(constant) ? (data as Float32Array) : Float32Array.from(data);
  const moved = Float32Array.from(from, (at) => values[at]);
  const own = placesShape(places);
  if (frame.result.dtype === 'f32') return frame.constant(name, own, moved);
  const { quantization } = constant;
  if (quantization && quantization.scale.length === 1) {
    const [scale, zeroPoint] = [quantization.scale[0], quantization.zeroPoint[0] ?? 0];
    const q = Int8Array.from(moved, (value) => Math.round(value / scale) + zeroPoint);
    return frame.constant(name, own, q, { scale: [scale], zeroPoint: [zeroPoint], axis: 0 });
  }
  return enteredBytes(frame, name, own, moved);
}

/** Real values as int8, by the scale that holds them all. */
function enteredBytes(frame: Frame, name: string, shape: readonly number[], values: Float32Array): TensorId {
  const least = values.reduce((a, b) => Math.min(a, b), 0);
  const most = values.reduce((a, b) => Math.max(a, b), 0);
  const scale = Math.fround((most - least) / 255) || 1;
  const zeroPoint = Math.max(-128, Math.min(127, Math.round(-128 - least / scale)));
  const q = Int8Array.from(values, (value) => Math.max(-128, Math.min(127, Math.round(value / scale) + zeroPoint)));
  return frame.constant(name, shape, q, { scale: [scale], zeroPoint: [zeroPoint], axis: 0 });
}

/** Positions in a row-major constant of these strides of the elements that lie in `places`. */
function positions({ axes }: Layout, strides: readonly number[], places: Places): number[] {
  const steps = new Map<Factor, number>();
  axes.forEach((factors, axis) => {
    let step = strides[axis];
    for (const factor of [...factors].reverse()) {
      steps.set(factor, step);
      step *= factor.size;
    }
  });
  let order = [0];
  for (const factor of places.flat()) {
    const step = steps.get(factor) ?? 0;
    order = order.flatMap((index) => Array.from({ length: factor.size }, (_, i) => index + i * step));
  }
  return order;
}
