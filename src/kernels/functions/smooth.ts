import { clamp, roundHalfAway } from '../../arithmetic/fixed-point.ts';
import { exp, logistic as realLogistic, tanh32 } from '../../arithmetic/real-functions.ts';
import type { ElementwiseAttributes } from '../../graph/attributes.ts';
import { inputOf, outputOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import { perTensor } from '../../graph/tensor.ts';
import { table } from '../table.ts';

/** y zero point + f(real value of q) / y scale to nearest, halves away from zero, of a function in doubles. */
const rounded = (f: (value: number) => number) => (view: NodeView) => {
  const x = perTensor(inputOf(view, 0));
  const y = perTensor(outputOf(view));
  return (q: number) => clamp(y.zeroPoint + roundHalfAway(f((q - x.zeroPoint) * x.scale) / y.scale), -128, 127);
};

/** Why y is not quantised as the range of the function asks. */
const whyNotQuantizedBy =
  (scale: number, zeroPoint: number) =>
  (view: NodeView): string | undefined => {
    const y = perTensor(outputOf(view));
    return y.scale === scale && y.zeroPoint === zeroPoint
      ? undefined
      : `y has scale ${y.scale}, zero point ${y.zeroPoint} (1/${1 / scale}, ${zeroPoint})`;
  };

/** Values from 0 to 1. */
const whyNotFraction = whyNotQuantizedBy(1 / 256, -128);

/**
 * TFLite's table in float32: the real value, the function's steps and the product with 1 / y scale, which is a power of
 * two, are each rounded.
 */
const inFloat32 = (f: (value: number) => number) => (view: NodeView) => {
  const x = perTensor(inputOf(view, 0));
  const y = perTensor(outputOf(view));
  return (q: number) => {
    const value = Math.fround(f(Math.fround((q - x.zeroPoint) * x.scale)) / y.scale);
    return clamp(roundHalfAway(value) + y.zeroPoint, -128, 127);
  };
};

export const logistic = table<ElementwiseAttributes>(
  ['i8'],
  inFloat32((value) => Math.fround(1 / Math.fround(1 + Math.fround(exp(0 - value))))),
  whyNotFraction,
);

export const tanh = table<ElementwiseAttributes>(['i8'], inFloat32(tanh32), whyNotQuantizedBy(1 / 128, 0));

export const hardSigmoid = table<ElementwiseAttributes>(
  ['i8'],
  rounded((value) => Math.min(Math.max(value + 3, 0), 6) / 6),
  whyNotFraction,
);

export const swish = table<ElementwiseAttributes>(
  ['i8'],
  rounded((value) => value * realLogistic(value)),
);
