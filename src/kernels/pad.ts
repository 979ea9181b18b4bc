import type { PadAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotSameBytes } from './refusals.ts';

/** Copies rows into a larger frame of y's zero points. TFLite does not ask that x be quantised as y is. */
export const pad: KernelOf<'pad', PadAttributes> = {
  name: 'pad',
  opcode: 'pad',

  refuses: (view) => whyNotSameBytes(view.inputs[0], outputOf(view)),

  pack(view) {
    const [, padLeft, padChannel] = view.attributes.before;
    return { padLeft, padChannel };
  },
};
