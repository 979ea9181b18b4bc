import { pairGenerator } from './pair.ts';

export const subGenerator = pairGenerator('SUB', 'SubOptions');
