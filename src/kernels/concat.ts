import type { ConcatAttributes } from '../graph/attributes.ts';
import { outputOf } from '../graph/graph.ts';
import type { KernelOf } from './kernel-of.ts';
import { copied, firstOf, whyNotSameBytes } from './refusals.ts';

/** Copies one input into its place among the output's channels: the whole of it, as a slice of everything. */
export const concat: KernelOf<'slice', ConcatAttributes> = {
  name: 'concat',
  opcode: 'slice',

  operands: (view) => view.inputs.map((_, i) => i),

  refuses: (view) => firstOf(...view.inputs.map((x) => whyNotSameBytes(x, outputOf(view), copied))),

  pack: () => ({ firstColumn: 0, firstChannel: 0 }),
};
