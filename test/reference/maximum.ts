import { pairGenerator } from './pair.ts';

export const maximumGenerator = pairGenerator('MAXIMUM', 'MaximumMinimumOptions', { kept: true, activations: [] });
