import type { SliceAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { copied, whyNotSameBytes } from './refusals.ts';

/** Copies a part of each row; the rule of rows leaves out those above and below. */
export const slice: KernelOf<'slice', SliceAttributes> = {
  name: 'slice',
  opcode: 'slice',

  refuses: (view) => whyNotSameBytes(view.inputs[0], outputOf(view), copied),

  pack(view) {
    const [, firstColumn, firstChannel] = view.attributes.begin;
    return { firstColumn, firstChannel };
  },
};
