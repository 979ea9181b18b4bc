import { meanRequantize } from '../arithmetic/multipliers.ts';
import type { MeanAttributes } from '../graph/attributes.ts';
import { defineOp } from '../graph/op.ts';
import { mean as kernel } from '../kernels/mean.ts';
import { totalOf } from './totals.ts';

/** The mean over height and width, or over channels: requantize(Σ (x − zero point)) with the division in the multiplier. */
export const mean = defineOp<MeanAttributes>({
  type: 'Mean',
  summary: 'Mean over height and width, or over channels',
  ...totalOf({ multiplier: meanRequantize, real: (sum, count) => sum / count }),
  kernels: [kernel],
});
