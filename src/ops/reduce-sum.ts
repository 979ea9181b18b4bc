import { quantizeRequantize } from '../arithmetic/multipliers.ts';
import type { MeanAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { reduceSum as kernel } from '../kernels/mean.ts';
import { totalOf } from './totals.ts';

/** The sum over height and width, or over channels: requantize(Σ (x − zero point)). */
export const reduceSum = defineOp<MeanAttributes>({
  type: 'ReduceSum',
  summary: 'Sum over height and width, or over channels',
  ...totalOf({ multiplier: (view) => quantizeRequantize(view), real: (sum) => sum }),
  kernels: [kernel],
});
