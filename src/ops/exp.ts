import { exp32 } from '../arithmetic/float32-functions.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = e^x. */
export const exp = defineTabulated<ElementwiseAttributes>({
  type: 'Exp',
  summary: 'Exponential function: e^x',
  of: () => exp32,
});
