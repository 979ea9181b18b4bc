import type { TransposeAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { unlessSameBytes } from './refusals.ts';

/** Bytes with their axes in another order. */
export const transpose: Kernel<TransposeAttributes> = {
  name: 'transpose',
  opcode: 'transpose',

  refuses: (view) => unlessSameBytes(view.inputs[0], outputOf(view)),

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack(view) {
    const [axisH, axisW, axisC] = view.attributes.order;
    return { axisH, axisW, axisC };
  },
};
