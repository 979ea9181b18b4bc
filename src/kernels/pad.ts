import type { PadAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { unlessSameBytes } from './refusals.ts';

/** Copies rows into a larger frame of y's zero points. TFLite does not ask that x be quantised as y is. */
export const pad: Kernel<PadAttributes> = {
  name: 'pad',
  opcode: 'pad',

  refuses: (view) => unlessSameBytes(view.inputs[0], outputOf(view)),

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack(view) {
    const [, padLeft, padChannel] = view.attributes.before;
    return { padLeft, padChannel };
  },
};
