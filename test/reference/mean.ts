import { reducingGenerator } from './reduce.ts';

export const meanGenerator = reducingGenerator('MEAN', false);
