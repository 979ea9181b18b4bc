import { requantizeOne } from './fixed-point.ts';

/** A real form's rule for one channel: nearest(acc · scale + offset), by the addition of 1.5 · 2^52 as the engine does it. */
export interface RealRule {
  readonly scale: number;
  readonly positive: number;
  readonly negative: number;
}

const nearest = 1.5 * 2 ** 52;

const byReal = ({ scale, positive, negative }: RealRule, acc: number): number =>
  acc * scale + (acc < 0 ? negative : positive) + nearest - nearest;

/**
 * Whether a real rule gives the bits of the two integer roundings for every accumulator in [least, greatest], as far as
 * values in [low, high] go: beyond them both are clamped alike. Both rules are monotone, so it is enough that they step
 * from y − 1 to y at the same accumulator, for each y there is. Below a shift of −12 some channels fail, near a tie.
 */
export function isExactReal(
  rule: RealRule,
  { multiplier, shift }: { readonly multiplier: number; readonly shift: number },
  [least, greatest]: readonly [number, number],
  [low, high]: readonly [number, number],
): boolean {
  const byIntegers = (acc: number): number => requantizeOne(acc, multiplier, shift);
  const first = Math.max(byIntegers(least), low - 1) + 1;
  const last = Math.min(byIntegers(greatest), high + 1);
  for (let y = first; y <= last; y++) {
    // The step lies within a rounding of where real arithmetic puts it.
    let acc = Math.floor((y - 0.5) / rule.scale);
    while (acc > least && byIntegers(acc) >= y) acc--;
    while (acc < greatest && byIntegers(acc) < y) acc++;
    if (byReal(rule, acc) < y || (acc > least && byReal(rule, acc - 1) >= y)) return false;
  }
  return true;
}
