import type { SliceAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { copied, unlessSameBytes } from './refusals.ts';

/** Copies a part of each row; the rule of rows leaves out those above and below. */
export const slice: Kernel<SliceAttributes> = {
  name: 'slice',
  opcode: 'slice',

  refuses: (view) => unlessSameBytes(view.inputs[0], outputOf(view), copied),

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack(view) {
    const [, firstColumn, firstChannel] = view.attributes.begin;
    return { firstColumn, firstChannel };
  },
};
