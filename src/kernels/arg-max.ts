import type { ArgMaxAttributes } from '../graph/attributes.ts';
import { inputOf, outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotOfType } from './refusals.ts';

/** Bits that make a byte of int8 grow with its value as a byte of uint8 does, and all of them for the least value. */
const [signed, least] = [0x80, 0xff];

/** The greatest of the bytes of each pixel, XOR one byte. */
export const argMax: KernelOf<'argMax', ArgMaxAttributes> = {
  name: 'argMax',
  opcode: 'argMax',

  refuses: (view) =>
    firstOf(whyNotOfType('x', view.inputs[0], 'i8', 'u8'), whyNotOfType('y', outputOf(view), 'i32', 'i64')),

  writesApart: false,

  pack(view) {
    const order = inputOf(view, 0).dtype === 'i8' ? signed : 0;
    return { flip: view.attributes.of === 'max' ? order : order ^ least };
  },
};
