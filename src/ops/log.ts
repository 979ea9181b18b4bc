import { ln32 } from '../arithmetic/float32-functions.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = ln x. */
export const log = defineTabulated<ElementwiseAttributes>({
  type: 'Log',
  summary: 'Natural logarithm',
  of: () => ln32,
});
