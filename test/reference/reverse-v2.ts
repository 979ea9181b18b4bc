import { anyAxis, integerTensor, movingGenerator } from './same.ts';

/** TFLite's kernel takes one axis, or several side by side. */
export const reverseV2Generator = movingGenerator('REVERSE_V2', 'ReverseV2Options', (random, shape) => {
  const [axis] = anyAxis(random, shape);
  return { y: shape, constants: [integerTensor([axis])] };
});
