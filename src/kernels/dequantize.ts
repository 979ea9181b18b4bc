import type { LookupAttributes, RealAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import { perTensor } from '../graph/tensor.ts';
import { valuesByByte } from './byte-index.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotOfType, whyNotQuantized } from './refusals.ts';

/** The real value of every byte from a table. A product of 24 and 9 bits is exact in a double: one rounding. */
export const dequantize: KernelOf<'dequantize', RealAttributes> = {
  name: 'dequantize',
  opcode: 'dequantize',

  refuses: (view) =>
    firstOf(whyNotQuantized('x', view.inputs[0], 'i8', 'u8'), whyNotOfType('y', outputOf(view), 'f32')),

  writesApart: false,

  pack(view, context) {
    const x = inputOf(view, 0);
    const { scale, zeroPoint } = perTensor(x);
    return { table: context.data(Float32Array.from(valuesByByte(x), (q) => (q - zeroPoint) * scale)) };
  },
};

/** Any function of an int8 value that gives real ones. The table begins with −128; the engine's begins with 0. */
export const realTable: KernelOf<'dequantize', LookupAttributes> = {
  name: 'real-table',
  opcode: 'dequantize',

  refuses: (view) => firstOf(whyNotQuantized('x', view.inputs[0], 'i8'), whyNotOfType('y', outputOf(view), 'f32')),

  writesApart: false,

  pack: (view, context) => ({
    table: context.data(Float32Array.from(valuesByByte(inputOf(view, 0)), (q) => view.attributes.table[q + 128])),
  }),
};
