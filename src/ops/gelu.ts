import { gelu32, geluByTanh32 } from '../arithmetic/float32-functions.ts';
import type { GeluAttributes } from '../graph/attributes.ts';
import { defineTabulated } from './tabulated.ts';

/** y = x · Φ(x), Φ being the normal distribution: by erfc, or as 0.5 · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))). */
export const gelu = defineTabulated<GeluAttributes>({
  type: 'Gelu',
  summary: 'GELU: x · Φ(x), by the error function or by tanh',
  of: ({ approximate }) => (approximate ? geluByTanh32 : gelu32),
});
