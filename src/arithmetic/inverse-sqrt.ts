import { clamp, type Multiplier, roundingDivideByPot, saturatingRoundingDoublingHighMul } from './fixed-point.ts';

const product = saturatingRoundingDoublingHighMul;
/** raw · 2^bits, saturated: a fixed-point number with `bits` fewer whole bits. */
const rescaled = (raw: number, bits: number): number => clamp(raw * 2 ** bits, -(2 ** 31), 2 ** 31 - 1);

/**
 * 1 / √x of a whole number as TFLite's GetInvSqrtQuantizedMultiplierExp finds it: five steps of Newton's from 1 on, in Q3.28. Of 0
 * and 1 it is just below 1.
 */
export function inverseSqrt(x: number): Multiplier {
  if (x <= 1) return { multiplier: 2 ** 31 - 1, shift: 0 };
  let input = x;
  let right = 11;
  for (; input >= 2 ** 29; right++) input = Math.trunc(input / 4);
  const pairs = Math.trunc((Math.clz32(input) - 1) / 2) - 1;
  right -= pairs;
  input *= 2 ** (2 * pairs); // from 2^27, below 2^29
  const half = roundingDivideByPot(Math.trunc(input / 2), 1);
  const threeHalves = 2 ** 28 + 2 ** 27;
  let root = 2 ** 28;
  for (let i = 0; i < 5; i++) {
    const cube = rescaled(product(product(root, root), root), 6);
    root = rescaled((product(threeHalves, root) - product(half, cube)) | 0, 3);
  }
  const multiplier = product(root, 1518500250); // √½
  return right < 0 ? { multiplier: multiplier * 2 ** -right, shift: 0 } : { multiplier, shift: 0 - right };
}
