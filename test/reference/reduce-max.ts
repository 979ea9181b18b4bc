import { reducingGenerator } from './reduce.ts';

export const reduceMaxGenerator = reducingGenerator('REDUCE_MAX', true);
