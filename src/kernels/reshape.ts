import type { ReshapeAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { copied, unlessSameBytes } from './refusals.ts';

/** Copies the same elements into rows of another length. */
export const reshape: Kernel<ReshapeAttributes> = {
  name: 'reshape',
  opcode: 'reshape',
  refuses: (view) => unlessSameBytes(view.inputs[0], outputOf(view), copied),
  readsApart: () => true,
  writesApart: true,
  scratchBytes: () => 0,
  pack: () => ({}),
};
