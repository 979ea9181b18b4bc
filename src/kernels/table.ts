import { clamp, requantizeOne } from '../format/fixed-point.ts';
import type { QuantizeAttributes } from '../graph/attributes.ts';
import { inputOf, type NodeView, outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { perTensor } from '../graph/tensor.ts';
import { valuesByByte } from './byte-index.ts';
import { firstOf, unlessQuantized, unlessShifts } from './refusals.ts';
import { activationRange, quantizeRequantize } from './requantization.ts';

/** clamp(requantize(x − x zero point) + y zero point) for each byte of x. */
function quantizeTable(view: NodeView<QuantizeAttributes>): Uint8Array {
  const x = inputOf(view, 0);
  const y = outputOf(view);
  const { multiplier, shift } = quantizeRequantize(view);
  const { min, max } = activationRange('none', y);
  return Uint8Array.from(valuesByByte(x), (q) =>
    clamp(requantizeOne(q - perTensor(x).zeroPoint, multiplier, shift) + perTensor(y).zeroPoint, min, max),
  );
}

/** y = table[x]: a function of one 8-bit value. */
export const table: Kernel<QuantizeAttributes> = {
  name: 'table',
  opcode: 'table',

  refuses(view) {
    const unfit = firstOf(
      unlessQuantized('x', view.inputs[0], 'i8', 'u8'),
      unlessQuantized('y', outputOf(view), 'i8', 'u8'),
    );
    return unfit ?? unlessShifts([quantizeRequantize(view).shift]);
  },

  readsApart: () => true,

  scratchBytes: () => 0,

  pack: (view, context) => ({ table: context.data(quantizeTable(view)) }),
};
