import { pairGenerator } from './pair.ts';

export const addGenerator = pairGenerator('ADD', 'AddOptions');
