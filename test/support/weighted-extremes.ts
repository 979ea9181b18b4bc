import type { Activation } from '../../src/graph/attributes.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { type Problem, problems } from './operator-cases.ts';

/** Ends of ranges that all layers with weights and requantisation by channel have. */

/** Zero points of the weights, as legacy uint8 has them. */
export const zeroPoints = [-128, -1, 1, 127];

/** Weights that are 255 from their zero point. */
export const tapsOfNineBits = [
  { weight: -128, weightsZero: 127 },
  { weight: 127, weightsZero: -128 },
];

/** A layer of nine channels whose x · weights / y is `scale`, x's scale being 0.05. */
export const ofPowerOfTwo = (scale: number) => ({
  shape: [1, 4, 5, 9] as const,
  yScale: Math.fround(0.05),
  scales: new Array<number>(9).fill(scale),
});

/** Extremes of x · weights / y = 2^−n, n from −4 (a left shift) to 13 (beyond the real forms). */
export const powersOfTwo = (
  graphs: (scale: number, activation: Activation) => readonly Graph[],
): Record<string, () => Problem[]> =>
  Object.fromEntries(
    [-4, -1, 0, 1, 2, 5, 9, 12, 13].map((n) => [
      `a multiplier of exactly 2^30 and a scale of 2^−${n}`,
      () => problems(...(['none', 'relu'] as const).flatMap((activation) => graphs(2 ** -n, activation))),
    ]),
  );

/** Scales of nine channels from far below to far above those of trained layers, with every activation. */
export const everyShift = [1e-6, 3e-5, 1e-3, 0.02, 0.7, 9].flatMap((scale) =>
  (['none', 'relu', 'relu6', 'reluN1To1'] as const).map((activation) => ({
    scales: Array.from({ length: 9 }, (_, i) => Math.fround(scale * (1 + i / 7))),
    activation,
  })),
);
