import type { Rules } from './rule.ts';
import { activations, leftOut } from './rules/activation.ts';
import { normalizations } from './rules/batch-norm.ts';
import { withoutBias } from './rules/bias.ts';
import { layouts } from './rules/layout.ts';
import { bordersOf, framesOf, paddedWithRawZero } from './rules/padding.ts';
import { requantizations, simulated } from './rules/rounding.ts';
import { zeroPoints } from './rules/zero-point.ts';

/** Every mistake that is known, by kind. All of a kind are tried, and no further kind once one of them explains everything. */
export const ruleKinds: readonly (readonly Rules[])[] = [
  [framesOf, bordersOf, paddedWithRawZero],
  [requantizations, simulated],
  [normalizations],
  [activations, withoutBias, leftOut],
  [zeroPoints],
  [layouts],
];
