import { activationRange, clampReal } from '../arithmetic/activation-range.ts';
import { clamp } from '../arithmetic/fixed-point.ts';
import type { Numbers } from '../format/values.ts';
import type { Activation } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Op } from '../graph/op.ts';
import { eachPair } from './broadcast.ts';
import { pairwise } from './pairwise.ts';

/** y is one of a and b, chosen by `choose`. All have one scale and zero point, so that bytes are compared as TFLite does. */
export const extremeOf = (choose: (a: number, b: number) => number) =>
  ({
    ...pairwise,
    operands: {
      inputs: [
        { name: 'a', dtypes: ['i8'], per: 'tensor' },
        { name: 'b', dtypes: ['i8'], per: 'tensor', sameAs: 'a' },
      ],
      outputs: [{ name: 'y', dtypes: ['i8'], per: 'tensor', sameAs: 'a' }],
    },

    reference(view, inputs, outputs) {
      const { min, max } = activationRange(view.attributes.activation, outputOf(view));
      eachPair(view, inputs as [Numbers, Numbers], outputs[0] as Numbers, (a, b) => clamp(choose(a, b), min, max));
    },

    float: (view, inputs, [y]) =>
      eachPair(view, inputs as [Float32Array, Float32Array], y, (a, b) =>
        clampReal(view.attributes.activation, choose(a, b)),
      ),
  }) as const satisfies Partial<Op<{ readonly activation: Activation }>>;
