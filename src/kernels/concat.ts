import type { ConcatAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { Kernel } from '../graph/kernel.ts';
import { copied, firstOf, unlessSameBytes } from './refusals.ts';

/** Copies one input into its place among the output's channels: the whole of it, as a slice of everything. */
export const concat: Kernel<ConcatAttributes> = {
  name: 'concat',
  opcode: 'slice',

  operands: (view) => view.inputs.map((_, i) => i),

  refuses: (view) => firstOf(...view.inputs.map((x) => unlessSameBytes(x, outputOf(view), copied))),

  readsApart: () => true,
  writesApart: true,

  scratchBytes: () => 0,

  pack: () => ({ firstColumn: 0, firstChannel: 0 }),
};
