import { integerTensor, movingGenerator } from './same.ts';

export const tileGenerator = movingGenerator('TILE', 'TileOptions', (random, shape) => {
  const counts = shape.map((_, axis) => (axis === 0 ? 1 : random.pick([1, 1, 2, 3, 5, random.integer(1, 40)])));
  return { y: shape.map((size, axis) => size * (counts[axis] as number)), constants: [integerTensor(counts)] };
});
