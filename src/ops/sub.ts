import type { SubAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { sub as kernel } from '../kernels/add.ts';
import { pairwise } from './pairwise.ts';
import { sumOf } from './sum.ts';

/** y = a − b. */
export const sub = defineOp<SubAttributes>({
  ...pairwise,
  ...sumOf(-1),
  type: 'Sub',
  summary: 'Difference of two tensors, one of which may be broadcast over rows, columns or channels',
  kernels: [kernel],
});
