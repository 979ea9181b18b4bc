import { pairGenerator } from './pair.ts';

export const squaredDifferenceGenerator = pairGenerator('SQUARED_DIFFERENCE', 'SquaredDifferenceOptions', {
  types: ['int8'],
  activations: [],
});
