import type { AddAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { add as kernel } from '../kernels/add.ts';
import { pairwise } from './pairwise.ts';
import { sumOf } from './sum.ts';

/** y = a + b. */
export const add = defineOp<AddAttributes>({
  ...pairwise,
  ...sumOf(1),
  type: 'Add',
  summary: 'Sum of two tensors, one of which may be broadcast over rows, columns or channels',
  kernels: [kernel],
});
