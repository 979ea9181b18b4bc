import { functionGenerator } from './function.ts';

export const l2NormalizationGenerator = functionGenerator('L2_NORMALIZATION', 'L2NormOptions', {
  types: ['int8'],
  output: { scale: [1 / 128], zeroPoint: [0] },
});
