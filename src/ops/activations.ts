import { clampReal, realRanges } from '../arithmetic/activation-range.ts';
import type { Activation } from '../graph/attributes.ts';

/**
 * The activation that does what `second` does after `first`: a clamp to the part of the first range that the second keeps.
 * undefined where no activation has that range: [0, 1] of ReLU after ReLU from −1 to 1.
 */
export function composed(first: Activation, second: Activation): Activation | undefined {
  const min = clampReal(second, realRanges[first][0]);
  const max = clampReal(second, realRanges[first][1]);
  return (Object.keys(realRanges) as Activation[]).find(
    (one) => realRanges[one][0] === min && realRanges[one][1] === max,
  );
}

/** `withActivation` of an op that keeps its clamp in `activation`. */
export function withActivation<Attributes extends { readonly activation: Activation }>(
  attributes: Attributes,
  activation: Activation,
): Attributes | undefined {
  const both = composed(attributes.activation, activation);
  return both && { ...attributes, activation: both };
}
