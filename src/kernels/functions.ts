import { clamp, type Multiplier, requantizeOne, roundHalfAway } from '../format/fixed-point.ts';
import { exp, logistic as realLogistic } from '../format/real-functions.ts';
import type { Activation, ElementwiseAttributes, QuantizeAttributes, ReluAttributes } from '../graph/attributes.ts';
import { inputOf, type NodeView, outputOf } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import { unlessShifts } from './refusals.ts';
import { activationRange, hardSwishRequantize, quantizeRequantize, reluRequantize } from './requantization.ts';
import { table } from './table.ts';

/** clamp(requantize(q − x zero point) + y zero point): another scale, an activation. */
function requantized(view: NodeView, { multiplier, shift }: Multiplier, activation: Activation) {
  const xZero = perTensor(inputOf(view, 0)).zeroPoint;
  const yZero = perTensor(outputOf(view)).zeroPoint;
  const { min, max } = activationRange(activation, outputOf(view));
  return (q: number) => clamp(requantizeOne(q - xZero, multiplier, shift) + yZero, min, max);
}

/** y zero point + f(real value of q) / y scale to nearest, halves away from zero, of a function in doubles. */
const rounded = (f: (value: number) => number) => (view: NodeView) => {
  const x = perTensor(inputOf(view, 0));
  const y = perTensor(outputOf(view));
  return (q: number) => clamp(y.zeroPoint + roundHalfAway(f((q - x.zeroPoint) * x.scale) / y.scale), -128, 127);
};

/** Why y is not quantised as a function with values from 0 to 1 is. */
function unlessFraction(view: NodeView): string | undefined {
  const { scale, zeroPoint } = perTensor(outputOf(view));
  return scale === 1 / 256 && zeroPoint === -128
    ? undefined
    : `y has scale ${scale}, zero point ${zeroPoint} (1/256, -128)`;
}

/** TFLite's table in float32: the real value, e^−x, 1 + e^−x, the quotient and the product with 256 are each rounded. */
function logisticOf(view: NodeView) {
  const { scale, zeroPoint } = perTensor(inputOf(view, 0));
  const f32 = Math.fround;
  return (q: number) => {
    const fraction = f32(1 / f32(1 + f32(exp(0 - f32((q - zeroPoint) * scale)))));
    return Math.min(roundHalfAway(f32(fraction * 256)) - 128, 127);
  };
}

const int16 = (value: number): number => clamp(value, -0x8000, 0x7fff);

/** a · b in Q15, halves up. */
const highMul = (a: number, b: number): number => int16((a * b + 0x4000) >> 15);

/** value / 2^bits, halves away from zero; a shift left saturates. */
function scaled(value: number, bits: number): number {
  if (bits <= 0) return int16(value * 2 ** -bits);
  const half = 2 ** (bits - 1);
  return Math.trunc((value < 0 ? value - half : value + half) / 2 ** bits);
}

/** TFLite's hard swish in 16 bits (src/ops/hard-swish.ts). */
function hardSwishOf(view: NodeView) {
  const xZero = perTensor(inputOf(view, 0)).zeroPoint;
  const yZero = perTensor(outputOf(view)).zeroPoint;
  const { y, third } = hardSwishRequantize(view);
  return (q: number) => {
    const fine = (q - xZero) << 7;
    const x = highMul(fine, y.multiplier);
    let factor = third.shift > 0 ? scaled(fine, 1 - third.shift) : fine;
    factor = highMul(factor, third.multiplier);
    factor = scaled(factor, third.shift > 0 ? -1 : -third.shift);
    factor = (factor + 0x8000) >> 1;
    return clamp(scaled(Math.trunc((factor * x) / 0x8000), -y.shift) + yZero, -128, 127);
  };
}

/** Functions of one value, each by its table. */
export const quantize = table<QuantizeAttributes>(
  ['i8', 'u8'],
  (view) => requantized(view, quantizeRequantize(view), 'none'),
  (view) => unlessShifts([quantizeRequantize(view).shift]),
);

export const relu = table<ReluAttributes>(
  ['i8'],
  (view) => requantized(view, reluRequantize(view), view.attributes.activation),
  (view) => unlessShifts([reluRequantize(view).shift]),
);

export const logistic = table<ElementwiseAttributes>(['i8'], logisticOf, unlessFraction);

export const hardSigmoid = table<ElementwiseAttributes>(
  ['i8'],
  rounded((value) => Math.min(Math.max(value + 3, 0), 6) / 6),
  unlessFraction,
);

export const swish = table<ElementwiseAttributes>(
  ['i8'],
  rounded((value) => value * realLogistic(value)),
);

export const hardSwish = table<ElementwiseAttributes>(['i8'], hardSwishOf);
