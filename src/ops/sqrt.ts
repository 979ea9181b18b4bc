import { sqrt32 } from '../arithmetic/float32-functions.ts';
import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = √x. */
export const sqrt = defineTabulated<ElementwiseAttributes>({
  type: 'Sqrt',
  summary: 'Square root',
  of: () => sqrt32,
});
