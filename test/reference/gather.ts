import { anyAxis, integerTensor, movingGenerator } from './same.ts';

export const gatherGenerator = movingGenerator('GATHER', 'GatherOptions', (random, shape) => {
  const [axis, given] = anyAxis(random, shape);
  const size = shape[axis] as number;
  const list = random.pick([[], [random.integer(1, 9)], [random.integer(1, 3), random.integer(1, 7)]]);
  const count = list.reduce((all, each) => all * each, 1);
  const first = random.integer(0, size - 1);
  const isRun = random.once(3);
  const values = Array.from({ length: count }, (_, i) => (isRun ? (first + i) % size : random.integer(0, size - 1)));
  const y = [...shape.slice(0, axis), ...list, ...shape.slice(axis + 1)];
  return { y, constants: [integerTensor(values, list)], fields: [[0, 'int32', given]] };
});
