import { activationRange } from '../arithmetic/activation-range.ts';
import { type Multiplier, requantizeOne } from '../arithmetic/fixed-point.ts';
import { squaredDifferenceRequantize } from '../arithmetic/multipliers.ts';
import type { AddAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import type { NodeView } from '../graph/op.ts';
import { perTensor } from '../graph/tensor.ts';
import { broadcastOperands, whyNotPair } from './broadcast.ts';
import { valuesByByte } from './byte-index.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotShiftable } from './refusals.ts';

/** What a function is by its number in the record, what a value of input `i` counts as, and the multiplier of the result. */
interface Function {
  readonly of: 0 | 1 | 2;
  term(view: NodeView, i: number): (q: number) => number;
  result(view: NodeView): Multiplier;
}

const combined = ({ of, term, result }: Function): KernelOf<'combine', AddAttributes> => ({
  name: 'combine',
  opcode: 'combine',

  operands: broadcastOperands,

  refuses(view) {
    return whyNotPair(view) ?? whyNotShiftable([result(view).shift]);
  },

  pack(view, context) {
    const [x, x2] = broadcastOperands(view);
    const table = (i: number) => context.data(Int32Array.from(valuesByByte(inputOf(view, i)), term(view, i)));
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    const { multiplier, shift } = result(view);
    return { tableX: table(x), tableX2: table(x2), of, multiplier, shift, yMin: min, yMax: max };
  },
});

/** Values of one scale are compared as they are. */
const asItIs = { term: () => (q: number) => q, result: (): Multiplier => ({ multiplier: 0, shift: 0 }) } as const;

export const minimum = combined({ of: 0, ...asItIs });
export const maximum = combined({ of: 1, ...asItIs });

/** Terms as those of a sum with 7 bits more; their difference is below 2^15. */
export const squaredDifference = combined({
  of: 2,
  term(view, i) {
    const { zeroPoint } = perTensor(inputOf(view, i));
    const { leftShift, x, x2 } = squaredDifferenceRequantize(view);
    const { multiplier, shift } = i === 0 ? x : x2;
    return (q) => requantizeOne((q - zeroPoint) * 2 ** leftShift, multiplier, shift);
  },
  result: (view) => squaredDifferenceRequantize(view).y,
});
