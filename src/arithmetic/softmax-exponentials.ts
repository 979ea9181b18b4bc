import { quantizeMultiplier, roundingDivideByPot, saturatingRoundingDoublingHighMul } from './fixed-point.ts';

/**
 * e^(beta · scale · d) of each distance d = 0 … −255 from the maximum, as Q0.31; 0 for d < diffMin, which softmax
 * leaves out of its sum. The index is −d. Throws where beta · scale is too small for TFLite's fixed point (2^−26).
 */
export function softmaxExponentials(
  scale: number,
  beta: number,
): { readonly table: Int32Array; readonly diffMin: number } {
  const real = Math.min(beta * scale * 2 ** 26, 2 ** 31 - 1);
  if (!(real > 1)) throw new Error(`softmax: beta ${beta} · scale ${scale} must be above 2^−26`);
  const { multiplier, shift } = quantizeMultiplier(real);
  const diffMin = 0 - Math.floor((31 * 2 ** 26) / 2 ** shift);
  const table = Int32Array.from({ length: 256 }, (_, i) =>
    -i < diffMin ? 0 : expOfNegative(saturatingRoundingDoublingHighMul(-i * 2 ** shift, multiplier)),
  );
  return { table, diffMin };
}

const product = saturatingRoundingDoublingHighMul;

/** e^(−2^k) as Q0.31, k = −2 … 4. */
const powers = [1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242] as const;

/** gemmlowp's exp_on_negative_values: a ≤ 0 in Q5.26 → e^a in Q0.31. */
function expOfNegative(a: number): number {
  if (a === 0) return 2 ** 31 - 1;
  const quarter = 2 ** 24;
  const part = (a & (quarter - 1)) - quarter;
  const whole = part - a; // a multiple of a quarter: each set bit k is a factor e^(−2^k)
  return powers.reduce(
    (result, power, k) => (whole & (quarter << k) ? product(result, power) : result),
    expOfQuarter(part * 32),
  );
}

/** a in [−¼, 0) as Q0.31 → e^a: the fourth-order Taylor polynomial around −⅛. */
function expOfQuarter(a: number): number {
  const atEighth = 1895147668; // e^(−⅛)
  const third = 715827883;
  const x = a + 2 ** 28;
  const x2 = product(x, x);
  const x3 = product(x2, x);
  const x4 = product(x2, x2);
  const tail = roundingDivideByPot(product(roundingDivideByPot(x4, 2) + x3, third) + x2, 1);
  return atEighth + product(atEighth, x + tail);
}
