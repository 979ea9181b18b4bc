import type { LeakyReluAttributes, ScaleProduct } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { type Multiplier, quantizeMultiplier } from './fixed-point.ts';

/** The multipliers and shifts by which each operator brings its accumulators to the scale of its output. */

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
    const product = x * scales[scales.length === 1 ? 0 : c];
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
 * y((x((a − zero point) << leftShift) − x2((b − zero point) << leftShift))²): both inputs are brought to twice the larger scale, as for a
 * sum, and the output's multiplier is that scale squared over 2^(2 · leftShift) · y scale.
 */
export function squaredDifferenceRequantize(view: NodeView): {
  readonly leftShift: 7;
  readonly x: Multiplier;
  readonly x2: Multiplier;
  readonly y: Multiplier;
} {
  const { x, x2 } = addRequantize(view);
  const twiceMax = 2 * Math.max(perTensor(inputOf(view, 0)).scale, perTensor(inputOf(view, 1)).scale);
  const y = quantizeMultiplier((twiceMax * twiceMax) / (2 ** 14 * perTensor(outputOf(view)).scale));
  return { leftShift: 7, x, x2, y };
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

/** 1 / (√x scale · y scale): root and product in float32, the reciprocal in double, as in TFLite. */
export function rsqrtRequantize(view: NodeView): Multiplier {
  const root = Math.fround(Math.sqrt(perTensor(inputOf(view, 0)).scale));
  return quantizeMultiplier(1 / Math.fround(root * perTensor(outputOf(view)).scale));
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

/**
 * a scale · b scale / y scale: the product in float32, and the quotient too, or, of a matrix product, in double, as in TFLite.
 */
export function mulRequantize(view: NodeView, quotient: 'f32' | 'f64' = 'f32'): Multiplier {
  const product = Math.fround(perTensor(inputOf(view, 0)).scale * perTensor(inputOf(view, 1)).scale);
  const ratio = product / perTensor(outputOf(view)).scale;
  return quantizeMultiplier(quotient === 'f32' ? Math.fround(ratio) : ratio);
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
