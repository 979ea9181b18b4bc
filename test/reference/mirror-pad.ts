import { integerTensor, movingGenerator } from './same.ts';

export const mirrorPadGenerator = movingGenerator('MIRROR_PAD', 'MirrorPadOptions', (random, shape) => {
  const symmetric = random.once(2) ? 1 : 0;
  const list = shape.flatMap((size, axis) => {
    const most = axis === 0 ? 0 : size - 1 + symmetric;
    return [random.integer(0, most), random.integer(0, most)];
  });
  const y = shape.map((size, axis) => size + (list[2 * axis] as number) + (list[2 * axis + 1] as number));
  return { y, constants: [integerTensor(list, [shape.length, 2])], fields: [[0, 'int8', symmetric]] };
});
