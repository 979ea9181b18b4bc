import {
  clamp,
  type Multiplier,
  quantizeMultiplier,
  roundHalfAway,
  roundingDivideByPot,
  saturatingRoundingDoublingHighMul,
} from '../format/fixed-point.ts';
import type { Activation, LeakyReluAttributes, ScaleProduct } from '../graph/attributes.ts';
import { inputOf, type NodeView, outputOf } from '../graph/graph.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';

/** The values an 8-bit type holds. */
function rangeOf(tensor: Tensor): { readonly min: number; readonly max: number } {
  if (tensor.dtype === 'i8') return { min: -128, max: 127 };
  if (tensor.dtype === 'u8') return { min: 0, max: 255 };
  throw new Error(`tensor "${tensor.name}" is ${tensor.dtype} where i8 or u8 is needed`);
}

/**
 * The clamp of an op's quantised result: its activation's ends, inside what the dtype of `output` holds.
 * q(f) = zeroPoint + round(f / scale), halves away from zero, with a float32 quotient as in TFLite.
 */
export function activationRange(
  activation: Activation,
  output: Tensor,
): { readonly min: number; readonly max: number } {
  const { min, max } = rangeOf(output);
  if (activation === 'none') return { min, max };
  const { scale, zeroPoint } = perTensor(output);
  const quantized = (value: number) => clamp(zeroPoint + roundHalfAway(Math.fround(value / scale)), min, max);
  switch (activation) {
    case 'relu':
      return { min: quantized(0), max };
    case 'relu6':
      return { min: quantized(0), max: quantized(6) };
    case 'reluN1To1':
      return { min: quantized(-1), max: quantized(1) };
  }
}

/** x scale · weight scale / y scale of each output channel. Inputs 0 and 1 are x and weights. */
export function convRequantize(
  view: NodeView<{ readonly scaleProduct: ScaleProduct }>,
  channels: number,
): { readonly multiplier: Int32Array; readonly shift: Int32Array } {
  const weights = inputOf(view, 1);
  const scales = weights.quantization?.scale ?? [];
  if (scales.length !== 1 && scales.length !== channels) {
    throw new Error(`weights "${weights.name}" have ${scales.length} scales where 1 or ${channels} are needed`);
  }
  const x = perTensor(inputOf(view, 0)).scale;
  const y = perTensor(outputOf(view)).scale;
  const multiplier = new Int32Array(channels);
  const shift = new Int32Array(channels);
  for (let c = 0; c < channels; c++) {
    const product = x * (scales[scales.length === 1 ? 0 : c] as number);
    const one = quantizeMultiplier((view.attributes.scaleProduct === 'f32' ? Math.fround(product) : product) / y);
    multiplier[c] = one.multiplier;
    shift[c] = one.shift;
  }
  return { multiplier, shift };
}

/**
 * y = y(x((a − zero point) << leftShift) + x2((b − zero point) << leftShift)), where x, x2 and y multiply as
 * `requantizeOne`. Both inputs are brought to twice the larger scale, so neither multiplier exceeds one half.
 * x is input 0 and x2 input 1 of the node.
 */
export function addRequantize(view: NodeView): {
  readonly leftShift: 20;
  readonly x: Multiplier;
  readonly x2: Multiplier;
  readonly y: Multiplier;
} {
  const x = perTensor(inputOf(view, 0)).scale;
  const x2 = perTensor(inputOf(view, 1)).scale;
  const y = perTensor(outputOf(view)).scale;
  const twiceMax = 2 * Math.max(x, x2);
  return {
    leftShift: 20,
    x: quantizeMultiplier(x / twiceMax),
    x2: quantizeMultiplier(x2 / twiceMax),
    y: quantizeMultiplier(twiceMax / (2 ** 20 * y)),
  };
}

/**
 * x scale / y scale / count, with the division inside the multiplier: (multiplier << k) / count, truncated, where k is
 * the whole part of log2(count), at most 32 and no more than keeps the shift ≥ −31. The multiplier may be below 2^30.
 */
export function meanRequantize(view: NodeView, count: number): Multiplier {
  const { multiplier, shift } = quantizeMultiplier(perTensor(inputOf(view, 0)).scale / perTensor(outputOf(view)).scale);
  const k = Math.min(31 - Math.clz32(count), 32, 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(k)) / BigInt(count)), shift: shift - k };
}

/** x scale / y scale: from one 8-bit quantisation to another. */
export function quantizeRequantize(view: NodeView): Multiplier {
  return quantizeMultiplier(perTensor(inputOf(view, 0)).scale / perTensor(outputOf(view)).scale);
}

/**
 * x scale / y scale before a clamp that stands alone. TFLite divides in float32 here, and in double for `quantize`.
 */
export function reluRequantize(view: NodeView): Multiplier {
  return quantizeMultiplier(Math.fround(perTensor(inputOf(view, 0)).scale / perTensor(outputOf(view)).scale));
}

/** Above the zero point x scale / y scale, below it alpha times that, each operation in float32 as in TFLite. */
export function leakyReluRequantize(view: NodeView<LeakyReluAttributes>): {
  readonly above: Multiplier;
  readonly below: Multiplier;
} {
  const x = perTensor(inputOf(view, 0)).scale;
  const y = perTensor(outputOf(view)).scale;
  const alpha = Math.fround(Math.fround(x * view.attributes.alpha) / y);
  const { multiplier, shift } = quantizeMultiplier(Math.abs(alpha));
  return {
    above: quantizeMultiplier(Math.fround(x / y)),
    below: { multiplier: alpha < 0 ? -multiplier : multiplier, shift },
  };
}

/** Above the zero point x scale / y scale, below it that of products with slopes, in float32 as in TFLite. */
export function preluRequantize(view: NodeView): { readonly above: Multiplier; readonly below: Multiplier } {
  const x = perTensor(inputOf(view, 0)).scale;
  const y = perTensor(outputOf(view)).scale;
  const product = Math.fround(x * perTensor(inputOf(view, 1)).scale);
  return { above: quantizeMultiplier(Math.fround(x / y)), below: quantizeMultiplier(Math.fround(product / y)) };
}

/** a scale · b scale / y scale, both operations in float32 as in TFLite. */
export function mulRequantize(view: NodeView): Multiplier {
  const product = Math.fround(perTensor(inputOf(view, 0)).scale * perTensor(inputOf(view, 1)).scale);
  return quantizeMultiplier(Math.fround(product / perTensor(outputOf(view)).scale));
}

/**
 * The two factors of a hard swish on x in 128ths: x scale / 128 / y scale, and x scale / 128 over 3 / 2^15, so that real
 * 3 is 2^15. Multipliers have 16 bits: real scale = multiplier · 2^(shift − 15), multiplier < 2^15.
 */
export function hardSwishRequantize(view: NodeView): { readonly y: Multiplier; readonly third: Multiplier } {
  const fine = perTensor(inputOf(view, 0)).scale / 128;
  return {
    y: shortMultiplier(Math.fround(fine / perTensor(outputOf(view)).scale)),
    third: shortMultiplier(Math.fround(fine / Math.fround(3 / 2 ** 15))),
  };
}

/** A multiplier's upper 16 bits, rounded; 2^15 becomes 2^15 − 1. */
function shortMultiplier(real: number): Multiplier {
  const { multiplier, shift } = quantizeMultiplier(real);
  return { multiplier: Math.min(Math.floor((multiplier + 2 ** 15) / 2 ** 16), 2 ** 15 - 1), shift };
}

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
