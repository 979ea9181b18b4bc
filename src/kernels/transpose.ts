import type { TransposeAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { whyNotSameBytes } from './refusals.ts';

/** Bytes with their axes in another order. */
export const transpose: KernelOf<'transpose', TransposeAttributes> = {
  name: 'transpose',
  opcode: 'transpose',

  refuses: (view) => whyNotSameBytes(view.inputs[0], outputOf(view)),

  pack(view) {
    const [axisH, axisW, axisC] = view.attributes.order;
    return { axisH, axisW, axisC };
  },
};
