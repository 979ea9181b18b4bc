import { pairGenerator } from './pair.ts';

export const minimumGenerator = pairGenerator('MINIMUM', 'MaximumMinimumOptions', { kept: true, activations: [] });
