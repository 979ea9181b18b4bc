import { noPadding } from '../../../graph/tensor.ts';
import { maxPool2d } from '../../../ops/max-pool2d.ts';
import { mean } from '../../../ops/mean.ts';
import { reduceSum } from '../../../ops/reduce-sum.ts';
import { type Frame, misfit } from '../frame.ts';
import { type Factor, type Factors, joined, type Places } from '../layout.ts';
import type { Activation, Value } from '../value.ts';

/** What is made of all values along some axes. */
export type Reduction = 'mean' | 'sum' | 'max';

/** Axes from 0, of a list that may count from the end. Throws Misfit where there is no such axis. */
export function axesFrom(axes: readonly number[], rank: number): readonly number[] {
  return axes.map((axis) => {
    if (!Number.isInteger(axis) || axis < -rank || axis >= rank) misfit(`there is no axis ${axis} among ${rank}`);
    return axis < 0 ? axis + rank : axis;
  });
}

/** The mean, sum or greatest value over axes of the user's, which stay with the size 1 where `keeps`. */
export function reduced(
  frame: Frame,
  kind: Reduction,
  value: Value | undefined,
  axes: readonly number[],
  keeps: boolean,
): Activation {
  const given = frame.computed(value);
  const gone = new Set(axesFrom(axes, given.layout.axes.length));
  const going = (x: Activation): Factors => x.layout.axes.flatMap((factors, axis) => (gone.has(axis) ? factors : []));
  if (going(given).some(({ batch }) => batch)) misfit('it reduces the batch (one image is computed at a time)');
  const left = (x: Activation): readonly Factors[] =>
    x.layout.axes.flatMap((factors, axis) => (gone.has(axis) ? (keeps ? [[]] : []) : [factors]));
  if (going(given).length === 0) return { ...given, layout: { ...given.layout, axes: left(given) } };
  const isReady = isApart(given, going(given)) && !(kind === 'max' && isOverChannels(given, going(given)));
  const x = isReady ? given : apart(frame, given, going(given));
  const [h, w, c] = x.layout.places;
  const overChannels = isOverChannels(x, going(x));
  const places: Places = overChannels ? [h, w, []] : [[], [], c];
  const id =
    kind === 'max'
      ? frame.emit(maxPool2d, wholeMap(frame, x), [x.id])
      : frame.emit(kind === 'sum' ? reduceSum : mean, { axes: overChannels ? 'c' : 'hw' }, [x.id]);
  return { kind: 'activation', id, layout: joined({ axes: left(x), places }) };
}

const isOverChannels = ({ layout: { places } }: Activation, going: Factors): boolean =>
  places[2].some((factor) => going.includes(factor));

/** One window over all rows and columns. */
function wholeMap(frame: Frame, x: Activation) {
  const [, h, w] = frame.shapeOf(x);
  return { window: [h, w], stride: [1, 1], dilation: [1, 1], padding: noPadding, activation: 'none' } as const;
}

/** Whether factors are all those of rows and columns, or all those of channels. */
function isApart({ layout: { places } }: Activation, going: Factors): boolean {
  const goes = (factor: Factor): boolean => going.includes(factor);
  const [map, channels] = [[...places[0], ...places[1]], places[2]];
  return (map.every(goes) && !channels.some(goes)) || (!map.some(goes) && channels.every(goes));
}

function apart(frame: Frame, x: Activation, going: Factors): Activation {
  const stays = x.layout.places.flat().filter((factor) => !going.includes(factor));
  return frame.place(x, [[], going, stays]);
}
