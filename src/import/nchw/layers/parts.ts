import { type NHWC, noPadding } from '../../../graph/tensor.ts';
import { concat } from '../../../ops/concat.ts';
import { maxPool2d } from '../../../ops/max-pool2d.ts';
import { reshape } from '../../../ops/reshape.ts';
import { selectChannels } from '../../../ops/select-channels.ts';
import { slice } from '../../../ops/slice.ts';
import { type Frame, misfit } from '../frame.ts';
import {
  type Factors,
  factorsOf,
  joined,
  type Layout,
  type Places,
  placesShape,
  shapeOf,
  signatureOf,
  sizeOf,
  usualPlaces,
} from '../layout.ts';
import type { Activation } from '../value.ts';

/** A part of an axis: elements begin, begin + step … */
export interface Part {
  readonly axis: number;
  readonly begin: number;
  readonly count: number;
  readonly step: number;
}

type PlaceIndex = 0 | 1 | 2;

/** The place whose first factors are those of an axis; undefined where there is none. An axis of size 1 has room in channels. */
function leadingPlace({ axes, places }: Layout, axis: number): PlaceIndex | undefined {
  const factors = axes[axis];
  if (factors.length === 0) return 2;
  const place = places.findIndex((held) => factors.every((factor, i) => held[i] === factor));
  return place < 0 ? undefined : (place as PlaceIndex);
}

const replacedPlace = (places: Places, place: PlaceIndex, factors: Factors): Places =>
  places.map((held, i) => (i === place ? factors : held)) as unknown as Places;

/** The layout with an axis of another size, whose factors lead its place. */
function resized({ axes, places }: Layout, axis: number, place: PlaceIndex, size: number): Layout {
  const made = factorsOf(size);
  const rest = places[place].slice(axes[axis].length);
  return joined({
    axes: axes.map((factors, k) => (k === axis ? made : factors)),
    places: replacedPlace(places, place, [...made, ...rest]),
  });
}

/** Elements of an axis at equal distances. */
export function part(frame: Frame, given: Activation, { axis, begin, count, step }: Part): Activation {
  const size = shapeOf(given.layout)[axis];
  if (begin === 0 && count === size && step === 1) return given;
  if (given.layout.axes[axis].some(({ batch }) => batch)) misfit('it takes a part of the batch');
  if (count < 1) misfit(`it takes ${count} of ${size} elements along axis ${axis} (1 or more)`);
  const type = frame.typeOf(given.id);
  const inChannels = given.layout.places[2];
  const factors = given.layout.axes[axis];
  const leads = leadingPlace(given.layout, axis);
  if (leads === undefined && !factors.every((factor) => inChannels.includes(factor))) {
    const usual = frame.place(given, usualPlaces(given.layout.axes));
    if (leadingPlace(usual.layout, axis) !== undefined) return part(frame, usual, { axis, begin, count, step });
    return misfit(`a part of axis ${axis} of [${shapeOf(given.layout).join(', ')}] is not supported`);
  }
  if (leads === undefined || (leads === 2 && step !== 1)) return selected(frame, given, { axis, begin, count, step });
  const rest = sizeOf(given.layout.places[leads].slice(factors.length));
  const layout = resized(given.layout, axis, leads, count);
  if (step === 1) {
    const [, ...all] = placesShape(given.layout.places);
    const from = all.map((_, i) => (i === leads ? begin * rest : 0)) as unknown as [number, number, number];
    const taken = all.map((each, i) => (i === leads ? count * rest : each)) as unknown as [number, number, number];
    const id = frame.emit(slice, { begin: from, size: taken }, [given.id], type);
    return { kind: 'activation', id, layout };
  }
  if (rest !== 1)
    return misfit(`every ${step}th element of axis ${axis} is not supported (rows, columns or channels of a map)`);
  // Windows of one element, at the distance of the step.
  const cut = begin === 0 ? given : part(frame, given, { axis, begin, count: size - begin, step: 1 });
  const stride = [leads === 0 ? step : 1, leads === 1 ? step : 1] as const;
  const pool = { window: [1, 1], stride, dilation: [1, 1], padding: noPadding, activation: 'none' } as const;
  return { kind: 'activation', id: frame.emit(maxPool2d, pool, [cut.id], type), layout };
}

/** A part of an axis that lies in the channels, among others. */
function selected(frame: Frame, given: Activation, { axis, begin, count, step }: Part): Activation {
  const { axes, places } = given.layout;
  const steps = new Map<unknown, number>();
  let stride = 1;
  for (const factor of [...axes[axis]].reverse()) {
    steps.set(factor, stride);
    stride *= factor.size;
  }
  /** The index along the axis of every channel. */
  let along = [0];
  for (const factor of places[2]) {
    const own = steps.get(factor) ?? 0;
    along = along.flatMap((index) => Array.from({ length: factor.size }, (_, i) => index + i * own));
  }
  const wanted = (index: number): boolean =>
    index >= begin && (index - begin) % step === 0 && (index - begin) / step < count;
  const others = places[2].filter((factor) => !axes[axis].includes(factor));
  // Those of one index along the axis, in order: the axis leads the channels then.
  const order = Array.from({ length: count }, (_, i) =>
    along.flatMap((index, channel) => (wanted(index) && index === begin + i * step ? [channel] : [])),
  ).flat();
  const id = frame.emit(selectChannels, { order }, [given.id], frame.typeOf(given.id));
  const made = factorsOf(count);
  const layout = joined({
    axes: axes.map((factors, k) => (k === axis ? made : factors)),
    places: [places[0], places[1], [...made, ...others]],
  });
  return { kind: 'activation', id, layout };
}

/** Several tensors one after the other along an axis. */
export function joinedTensors(frame: Frame, values: readonly Activation[], axis: number): Activation {
  const [first] = values;
  if (!first) return misfit('it has no inputs');
  const shapes = values.map(({ layout }) => shapeOf(layout));
  const fits = shapes.every(
    (shape) => shape.length === shapes[0].length && shape.every((size, k) => k === axis || size === shapes[0][k]),
  );
  if (!fits)
    misfit(`[${shapes.map((shape) => shape.join(', ')).join('] and [')}] do not go together along axis ${axis}`);
  if (values.some(({ layout }) => layout.axes[axis].some(({ batch }) => batch))) misfit('it joins images of a batch');
  if (values.length === 1) return first;
  const place = commonPlace(values, axis);
  const inputs =
    place === undefined ? values.map((value) => frame.place(value, usualPlaces(value.layout.axes))) : values;
  const at = place ?? commonPlace(inputs, axis);
  if (at === undefined) return joinedRowMajor(frame, inputs, axis);
  return joinedAt(frame, inputs, axis, at);
}

/** The place that the axis leads in all, which else lie alike. */
function commonPlace(values: readonly Activation[], axis: number): PlaceIndex | undefined {
  const places = values.map(({ layout }) => leadingPlace(layout, axis));
  const known = values.flatMap(({ layout }, i) => (layout.axes[axis].length > 0 ? [places[i]] : []));
  const place = known.length > 0 ? known[0] : 2;
  if (place === undefined || known.some((each) => each !== place)) return undefined;
  const rest = values.map(({ layout }) => {
    const others = layout.axes.map((factors, k) => (k === axis ? [] : factors));
    const held = layout.places[place].slice(layout.axes[axis].length);
    return String(signatureOf({ axes: others, places: replacedPlace(layout.places, place, held) }));
  });
  return rest.every((each) => each === rest[0]) ? place : undefined;
}

function joinedAt(frame: Frame, values: readonly Activation[], axis: number, place: PlaceIndex): Activation {
  const [first] = values;
  const total = values.reduce((sum, { layout }) => sum + sizeOf(layout.axes[axis]), 0);
  const type = frame.result;
  const ids = values.map((each): number => {
    const value = { ...each, id: frame.requantized(each.id, type) };
    const [, h, w, c] = frame.shapeOf(value);
    const shape: NHWC = place === 2 ? [1, h, w, c] : place === 1 ? [1, h, 1, w * c] : [1, 1, 1, h * w * c];
    if (place === 2 || String(shape) === String([1, h, w, c])) return value.id;
    return frame.emit(reshape, { shape }, [value.id], frame.typeOf(value.id));
  });
  const made = frame.emit(concat, {}, ids, type);
  const layout = resized(first.layout, axis, place, total);
  const shape = placesShape(layout.places);
  const id =
    String(frame.writer.tensor(made).shape) === String(shape) ? made : frame.emit(reshape, { shape }, [made], type);
  return { kind: 'activation', id, layout };
}

/** Where nothing else will do: the axis leads, all others follow it in the user's order. */
function joinedRowMajor(frame: Frame, values: readonly Activation[], axis: number): Activation {
  const inputs = values.map((value) => {
    const { axes } = value.layout;
    const others = axes
      .filter((_, k) => k !== axis)
      .flat()
      .filter(({ batch }) => !batch);
    return frame.place(value, [[], axes[axis], others]);
  });
  return joinedAt(frame, inputs, axis, 1);
}
