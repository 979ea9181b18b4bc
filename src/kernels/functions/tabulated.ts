import { clamp, roundHalfAway } from '../../arithmetic/fixed-point.ts';
import { inputOf, outputOf } from '../../graph/graph.ts';
import { perTensor } from '../../graph/tensor.ts';
import type { KernelOf } from '../kernel-of.ts';
import { table } from '../table.ts';

/**
 * The table of a function of float32 as TFLite fills it: the real value of a byte, the function of that and its product with
 * the reciprocal of y's scale are each rounded to float32. What is not a number becomes real 0, and what int8 does not hold
 * the end that it is beyond.
 */
export const tabulated = <Attributes>(
  of: (attributes: Attributes) => (value: number) => number,
): KernelOf<'table', Attributes> =>
  table<Attributes>(['i8'], (view) => {
    const [x, y] = [perTensor(inputOf(view, 0)), perTensor(outputOf(view))];
    const f = of(view.attributes);
    const perStep = Math.fround(1 / y.scale);
    return (q: number) => {
      const steps = Math.fround(f(Math.fround((q - x.zeroPoint) * x.scale)) * perStep);
      return clamp(y.zeroPoint + (Number.isNaN(steps) ? 0 : roundHalfAway(steps)), -128, 127);
    };
  });
