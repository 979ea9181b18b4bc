import type { AddAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { maximum as kernel } from '../kernels/combine.ts';
import { extremeOf } from './extremes.ts';

/** y is the greater of a and b. */
export const maximum = defineOp<AddAttributes>({
  ...extremeOf(Math.max),
  type: 'Maximum',
  summary: 'The greater of two tensors, one of which may be broadcast over rows, columns or channels',
  kernels: [kernel],
});
