import type { SelectChannelsAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { firstOf, whyNotSameBytes } from './refusals.ts';

/** Channels of x and x2, pixel by pixel, from a table of where each output channel comes from. */
export const select: KernelOf<'select', SelectChannelsAttributes> = {
  name: 'select',
  opcode: 'select',

  operands: (view) => (view.inputs[1] ? [0, 1] : [0]),

  refuses(view) {
    const [x, x2] = view.inputs;
    return firstOf(whyNotSameBytes(x, outputOf(view)), x2 && whyNotSameBytes(x2, outputOf(view)));
  },

  /** Two vectors of lanes (assembly/kernels/select.ts). */
  scratchBytes: () => 32,

  pack: (view, context) => ({ channelTable: context.data(Int32Array.from(view.attributes.order)) }),
};
