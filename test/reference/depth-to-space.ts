import { type Generator, oneOperator, options, quantized } from './generator.ts';
import { like } from './same.ts';

/** A map of blocks: their sizes, how many there are in each direction, and the channels of a pixel. */
export const blockGenerator = (operator: 'DEPTH_TO_SPACE' | 'SPACE_TO_DEPTH'): Generator => ({
  operator,
  model(random) {
    const block = random.pick([1, 2, 2, 3, 4]);
    const sizes = [1, 2, 3, 5, 17, 18];
    const [h, w] = [random.pick(sizes), random.pick(sizes)];
    const c = random.pick([1, 2, 3, 4, 5, 8, 9]);
    const space = [1, h * block, w * block, c];
    const depth = [1, h, w, c * block * block];
    const [from, to] = operator === 'DEPTH_TO_SPACE' ? [depth, space] : [space, depth];
    const x = quantized(random, from, { type: random.once(6) ? 'uint8' : 'int8' });
    const type = operator === 'DEPTH_TO_SPACE' ? 'DepthToSpaceOptions' : 'SpaceToDepthOptions';
    return oneOperator(operator, [x, like(x, to)], options(type, [[0, 'int32', block]]));
  },
});

export const depthToSpaceGenerator = blockGenerator('DEPTH_TO_SPACE');
