import { pairGenerator } from './pair.ts';

export const mulGenerator = pairGenerator('MUL', 'MulOptions');
