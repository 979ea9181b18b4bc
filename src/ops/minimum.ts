import type { AddAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { minimum as kernel } from '../kernels/combine.ts';
import { extremeOf } from './extremes.ts';

/** y is the lesser of a and b. */
export const minimum = defineOp<AddAttributes>({
  ...extremeOf(Math.min),
  type: 'Minimum',
  summary: 'The lesser of two tensors, one of which may be broadcast over rows, columns or channels',
  kernels: [kernel],
});
