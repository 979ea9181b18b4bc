import { fullyConnected } from '../../../ops/fully-connected.ts';
import { type Frame, misfit } from '../frame.ts';
import { type Factors, factorsOf, indexOrder, placesShape, sizeOf } from '../layout.ts';
import type { Activation, Value } from '../value.ts';
import { constantOf, enterBias, enterWeights } from '../weights.ts';

const plain = { activation: 'none', scaleProduct: 'f64' } as const;

/**
 * y = x · weightsᵀ + bias over the last axis of x, of weights [out, in]. Behind a flatten that axis is a whole map: its columns
 * of weights are then put in the order in which the map lies.
 */
export function linear(
  frame: Frame,
  value: Value | undefined,
  weightsValue: Value | undefined,
  bias: Value | undefined,
): Activation {
  const given = frame.computed(value);
  const weights = constantOf(weightsValue, 'its weights');
  const [out, ins] = weights.shape;
  const last = given.layout.axes.length - 1;
  const inside = given.layout.axes[last] ?? [];
  if (weights.shape.length !== 2 || last < 0 || sizeOf(inside) !== ins) {
    return misfit(`weights [${weights.shape.join(', ')}] do not fit the last axis of its input, of ${sizeOf(inside)}`);
  }
  if (inside.some(({ batch }) => batch)) misfit('its last axis is that of the images of a batch');
  const others = given.layout.axes
    .slice(0, -1)
    .flat()
    .filter(({ batch }) => !batch);
  const x = others.length === 0 ? given : frame.channels(given, last);
  const factors = x.layout.axes[last];
  const lying: Factors = others.length === 0 ? x.layout.places.flat() : x.layout.places[2];
  const columns = indexOrder(factors, lying);
  const from = new Int32Array(out * ins);
  for (let o = 0; o < out; o++) for (let i = 0; i < ins; i++) from[o * ins + i] = o * ins + columns[i];
  const whole = others.length === 0 && placesShape(x.layout.places)[3] !== ins;
  const id = enterWeights(frame, weights, [out, ins], from, { user: 0, graph: 0 });
  const y = frame.emit(fullyConnected, plain, [x.id, id, enterBias(frame, bias, out, x.id, id)]);
  const made = factorsOf(out);
  const [h, w] = whole ? [[], []] : x.layout.places;
  const axes = [...x.layout.axes.slice(0, -1), made];
  return { kind: 'activation', id: y, layout: { axes, places: [h, w, made] } };
}
