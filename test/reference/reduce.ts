import type { Generator, Random } from './generator.ts';
import { imageShape, oneOperator, options, quantized } from './generator.ts';
import { integerTensor, like } from './same.ts';

/** Some axes of a shape in any order, from either end, and what is left of it. */
function anyAxes(random: Random, shape: readonly number[]): { given: number[]; y: number[]; keeps: boolean } {
  const axes = shape.flatMap((_, axis) => (random.once(2) ? [axis] : []));
  const chosen = axes.length > 0 ? axes : [random.integer(0, shape.length - 1)];
  const ordered = random.once(2) ? chosen : [...chosen].reverse();
  const keeps = random.once(2) || chosen.length === shape.length;
  const y = keeps
    ? shape.map((size, axis) => (chosen.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !chosen.includes(axis));
  return { given: ordered.map((axis) => (random.once(2) ? axis : axis - shape.length)), y, keeps };
}

/** An operator that gives one value for all along some axes; `keepsScale`: of the same scale. */
export const reducingGenerator = (operator: string, keepsScale: boolean): Generator => ({
  operator,
  model(random) {
    const shape = imageShape(random, [2, 3, 4, 5]);
    const x = quantized(random, shape, {
      type: keepsScale && random.once(6) ? 'uint8' : 'int8',
      scales: [2 ** -6, 2 ** -3],
    });
    const { given, y, keeps } = anyAxes(random, shape);
    const output = keepsScale || random.once(4) ? like(x, y) : quantized(random, y, { scales: [2 ** -7, 2 ** -3] });
    return oneOperator(
      operator,
      [x, integerTensor(given), output],
      options('ReducerOptions', [[0, 'int8', keeps ? 1 : 0]]),
    );
  },
});
