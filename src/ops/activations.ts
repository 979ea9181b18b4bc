import type { Activation } from '../graph/attributes.ts';

const ranges: Readonly<Record<Activation, readonly [min: number, max: number]>> = {
  none: [-Infinity, Infinity],
  relu: [0, Infinity],
  relu6: [0, 6],
  reluN1To1: [-1, 1],
};

/** The clamp of an activation on a real value. NaN stays, as in WebAssembly's f32.min and f32.max. */
export function clampReal(activation: Activation, value: number): number {
  const range = ranges[activation];
  return Math.min(Math.max(value, range[0]), range[1]);
}

/**
 * The activation that does what `second` does after `first`: a clamp to the part of the first range that the second keeps.
 * undefined where no activation has that range: [0, 1] of ReLU after ReLU from −1 to 1.
 */
export function composed(first: Activation, second: Activation): Activation | undefined {
  const min = clampReal(second, ranges[first][0]);
  const max = clampReal(second, ranges[first][1]);
  return (Object.keys(ranges) as Activation[]).find((one) => ranges[one][0] === min && ranges[one][1] === max);
}

/** `withActivation` of an op that keeps its clamp in `activation`. */
export function withActivation<Attributes extends { readonly activation: Activation }>(
  attributes: Attributes,
  activation: Activation,
): Attributes | undefined {
  const both = composed(attributes.activation, activation);
  return both && { ...attributes, activation: both };
}
