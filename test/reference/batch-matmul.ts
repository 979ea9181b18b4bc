import { matrix } from './fully-connected.ts';
import { type Generator, imageShape, oneOperator, options, quantized } from './generator.ts';

/** The second matrix is a constant. */
export const batchMatMulGenerator: Generator = {
  operator: 'BATCH_MATMUL',
  model(random) {
    const shape = imageShape(random, [3]);
    const depth = shape.at(-1) ?? 1;
    const o = random.pick([1, 2, 3, 4, 5, 8, 9, 17]);
    const adjoint = random.once(2);
    const x = quantized(random, shape, { scales: [2 ** -6, 2 ** -3] });
    const y = quantized(random, [...shape.slice(0, -1), o], { scales: [2 ** -5, 1] });
    const second = matrix(random, adjoint ? [1, o, depth] : [1, depth, o]);
    return oneOperator('BATCH_MATMUL', [x, second, y], options('BatchMatMulOptions', [[1, 'int8', adjoint ? 1 : 0]]));
  },
};
