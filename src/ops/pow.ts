import { power32 } from '../arithmetic/float32-functions.ts';
import type { PowAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = x^exponent. */
export const pow = defineTabulated<PowAttributes>({
  type: 'Pow',
  summary: 'Power with a constant exponent',
  of:
    ({ exponent }) =>
    (value) =>
      power32(value, exponent),
});
