import { type Generator, oneOperator, options, quantized } from './generator.ts';
import { integerTensor, like } from './same.ts';

/** A map or a row of pixels, and the images of each place in a block of it. */
export const spreadGenerator = (operator: 'SPACE_TO_BATCH_ND' | 'BATCH_TO_SPACE_ND'): Generator => ({
  operator,
  model(random) {
    const blocks = random.once(3) ? [random.pick([1, 2, 3])] : [random.pick([1, 2, 3]), random.pick([1, 2])];
    const images = blocks.reduce((all, block) => all * block, 1);
    const sizes = blocks.map(() => random.integer(1, 5));
    const c = random.pick([1, 2, 3, 5, 8, 9, 17]);
    const spread = [images, ...sizes, c];
    const all = sizes.map((size, i) => size * (blocks[i] as number));
    const ends = all.flatMap((size) => {
      const before = random.integer(0, Math.min(size - 1, 2));
      return [before, random.integer(0, Math.min(size - 1 - before, 2))];
    });
    const whole = [1, ...all.map((size, i) => size - (ends[2 * i] as number) - (ends[2 * i + 1] as number)), c];
    const [from, to] = operator === 'SPACE_TO_BATCH_ND' ? [whole, spread] : [spread, whole];
    const x = quantized(random, from);
    const tensors = [x, integerTensor(blocks), integerTensor(ends, [blocks.length, 2]), like(x, to)];
    const type = operator === 'SPACE_TO_BATCH_ND' ? 'SpaceToBatchNDOptions' : 'BatchToSpaceNDOptions';
    return oneOperator(operator, tensors, options(type));
  },
});

export const spaceToBatchGenerator = spreadGenerator('SPACE_TO_BATCH_ND');
