import { matrix } from './fully-connected.ts';
import { type Generator, imageShape, oneOperator, options, quantized, type Random } from './generator.ts';

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

/** Leading axes of two operands and of what they are broadcast to. */
function batches(random: Random): readonly [a: number[], b: number[], y: number[]] {
  const y = random.pick([[], [random.pick([2, 3, 5])], [random.pick([1, 2]), random.pick([2, 3])]]);
  const part = (): number[] => y.map((size) => (random.once(3) ? 1 : size));
  const [a, b] = random.pick([
    [y, y],
    [y, y.map(() => 1)],
    [part(), y],
    [y, part()],
  ]) as [number[], number[]];
  return [a, b, y];
}

/**
 * Both matrices are computed, either may be transposed, and leading axes are broadcast. The first one is not transposed where the
 * second one is repeated: the reference gives other numbers there.
 */
export const batchMatMulComputedGenerator: Generator = {
  operator: 'BATCH_MATMUL_COMPUTED',
  model(random) {
    const [m, n] = [random.pick([1, 2, 3, 5, 8]), random.pick([1, 2, 3, 4, 9])];
    const depth = random.pick([1, 2, 3, 7, 8, 9, 15, 16, 17, 33]);
    const [a, b, y] = batches(random);
    const isRepeated = b.some((size, axis) => size < (a[axis] as number));
    const [adjX, adjY] = [random.once(2) && !isRepeated, random.once(2)];
    const scales = { scales: [2 ** -6, 2 ** -3] as const };
    const first = quantized(random, [1, ...a, ...(adjX ? [depth, m] : [m, depth])], scales);
    const second = quantized(random, [1, ...b, ...(adjY ? [n, depth] : [depth, n])], scales);
    const out = quantized(random, [1, ...y, m, n], { scales: [2 ** -5, 1] });
    const flags = options('BatchMatMulOptions', [
      [0, 'int8', adjX ? 1 : 0],
      [1, 'int8', adjY ? 1 : 0],
    ]);
    return oneOperator('BATCH_MATMUL', [first, second, out], flags);
  },
};
