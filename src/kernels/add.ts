import { activationRange } from '../arithmetic/activation-range.ts';
import { type Multiplier, requantizeOne } from '../arithmetic/fixed-point.ts';
import { addRequantize } from '../arithmetic/multipliers.ts';
import type { AddAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { perTensor, type Tensor } from '../graph/tensor.ts';
import { broadcastOperands, whyNotPair } from './broadcast.ts';
import { valuesByByte } from './byte-index.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotShiftable } from './refusals.ts';

/** One input's term of the sum for each byte: ±requantize((q − zero point) << leftShift), which is below 2^28. */
function termTable(tensor: Tensor, sign: 1 | -1, leftShift: number, { multiplier, shift }: Multiplier): Int32Array {
  const { zeroPoint } = perTensor(tensor);
  return Int32Array.from(
    valuesByByte(tensor),
    (q) => sign * requantizeOne((q - zeroPoint) * 2 ** leftShift, multiplier, shift),
  );
}

/** The sum of two tensors of any scale, each term read from a table; the second's times `sign`. */
const sumOf = (sign: 1 | -1): KernelOf<'add', AddAttributes> => ({
  name: 'add',
  opcode: 'add',

  operands: broadcastOperands,

  refuses(view) {
    return whyNotPair(view) ?? whyNotShiftable([addRequantize(view).y.shift]);
  },

  pack(view, context) {
    const [x, x2] = broadcastOperands(view);
    const { leftShift, y, ...terms } = addRequantize(view);
    const byInput = [terms.x, terms.x2] as const;
    const table = (i: 0 | 1) => context.data(termTable(inputOf(view, i), i === 0 ? 1 : sign, leftShift, byInput[i]));
    const { min, max } = activationRange(view.attributes.activation, outputOf(view));
    return {
      tableX: table(x as 0 | 1),
      tableX2: table(x2 as 0 | 1),
      multiplier: y.multiplier,
      shift: y.shift,
      yMin: min,
      yMax: max,
    };
  },
});

export const add = sumOf(1);

/** A difference is a sum whose second table is negated. */
export const sub = sumOf(-1);
