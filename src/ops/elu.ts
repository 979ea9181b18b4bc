import { elu32 } from '../arithmetic/float32-functions.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = x from 0 on, e^x − 1 below. */
export const elu = defineTabulated<ElementwiseAttributes>({
  type: 'Elu',
  summary: 'Exponential linear unit: x from 0 on, e^x − 1 below',
  of: () => elu32,
});
