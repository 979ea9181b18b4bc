import type { WriteTensor } from '../import/write-tflite.ts';
import { type Generator, imageShape, oneOperator, options, quantized, type Random } from './generator.ts';

/** Weights of one scale, with a zero point or without. */
export function matrix(random: Random, shape: readonly number[]): WriteTensor {
  const weights = quantized(random, shape, { constant: true, scales: [2 ** -9, 2 ** -6] });
  return random.once(3) ? { ...weights, zeroPoint: [0] } : weights;
}

export const fullyConnectedGenerator: Generator = {
  operator: 'FULLY_CONNECTED',
  model(random) {
    const [, ...sizes] = imageShape(random, [2]);
    const depth = sizes.reduce((all, size) => all * size, 1);
    const o = random.pick([1, 2, 3, 4, 5, 8, 9, 17]);
    const rows = random.pick([1, 1, 2, 3, 5]);
    const x = quantized(random, [1, rows, depth], { scales: [2 ** -6, 2 ** -3] });
    const weights = matrix(random, [o, depth]);
    const bias: WriteTensor = {
      shape: [o],
      type: 'int32',
      scale: [Math.fround((x.scale?.[0] ?? 1) * (weights.scale?.[0] ?? 1))],
      zeroPoint: [0],
      bytes: new Uint8Array(Int32Array.from({ length: o }, () => random.integer(-9999, 9999)).buffer),
    };
    const y = quantized(random, [1, rows, o], { scales: [2 ** -5, 1] });
    const activation = random.pick([0, 0, 0, 1, 2, 3]);
    const fields = [
      [0, 'int8', activation],
      [2, 'int8', 1],
    ] as const;
    const tensors = [x, weights, bias, y];
    return oneOperator('FULLY_CONNECTED', tensors, options('FullyConnectedOptions', fields));
  },
};
