import type { ElementwiseAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = −x. */
export const neg = defineTabulated<ElementwiseAttributes>({
  type: 'Neg',
  summary: 'Negation: −x',
  of: () => (value) => -value,
});
