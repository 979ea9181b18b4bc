import type { ReshapeAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { copied, whyNotSameBytes } from './refusals.ts';

/** Copies the same elements into rows of another length. */
export const reshape: KernelOf<'reshape', ReshapeAttributes> = {
  name: 'reshape',
  opcode: 'reshape',
  refuses: (view) => whyNotSameBytes(view.inputs[0], outputOf(view), copied),
  pack: () => ({}),
};
