import { clamp, roundHalfAway } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { defineOp, type Op } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { tabulated as kernel } from '../kernels/functions/tabulated.ts';
import { each, elementwise } from './elementwise.ts';

/** What tells one function of a float32 from another. `of` gives the function of a float32, itself one. */
interface RealFunction<Attributes> {
  readonly type: string;
  readonly summary: string;
  readonly of: (attributes: Attributes) => (value: number) => number;
}

/**
 * y = f(x), f from float32 to float32. On int8 as TFLite fills its tables: x, f(x) and f(x) times 1 / y scale are each rounded to
 * float32, and the last to nearest, halves away from zero. Not a number becomes real 0 there.
 */
export const defineTabulated = <Attributes>({ type, summary, of }: RealFunction<Attributes>): Op<Attributes> =>
  defineOp<Attributes>({
    ...elementwise,
    type,
    summary,

    reference(view, inputs, outputs) {
      const { scale, zeroPoint } = perTensor(inputOf(view, 0));
      const y = perTensor(outputOf(view));
      const f = of(view.attributes);
      each(inputs[0] as Numbers, outputs[0] as Numbers, (q) => {
        const real = f(Math.fround(scale * (q - zeroPoint)));
        const steps = roundHalfAway(Math.fround(real * Math.fround(1 / y.scale)));
        return clamp((Number.isNaN(steps) ? 0 : steps) + y.zeroPoint, -128, 127);
      });
    },

    float: ({ attributes }, [x], [y]) => each(x as Float32Array, y, of(attributes)),

    kernels: [kernel(of)],
  });
