import type { RealAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { perTensor } from '../graph/tensor.ts';
import { valuesByByte } from './byte-index.ts';
import { firstOf, unlessQuantized, unlessType } from './refusals.ts';

/** The real value of every byte from a table. A product of 24 and 9 bits is exact in a double: one rounding. */
export const dequantize: Kernel<RealAttributes> = {
  name: 'dequantize',
  opcode: 'dequantize',

  refuses: (view) => firstOf(unlessQuantized('x', view.inputs[0], 'i8', 'u8'), unlessType('y', outputOf(view), 'f32')),

  readsApart: () => true,

  scratchBytes: () => 0,

  pack(view, context) {
    const x = inputOf(view, 0);
    const { scale, zeroPoint } = perTensor(x);
    return { table: context.data(Float32Array.from(valuesByByte(x), (q) => (q - zeroPoint) * scale)) };
  },
};
