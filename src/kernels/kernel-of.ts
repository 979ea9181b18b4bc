import type { instructions, Opcode } from '../format/instructions.ts';
import type { Kernel, NodeView, PackContext } from '../graph/op.ts';

/** The words that a kernel's half of the packer writes into a record of opcode O: its fields behind the header, every one. */
export type Words<O extends Opcode> = { readonly [Field in (typeof instructions)[O][number]]: number };

/** A kernel whose records have the opcode O: a word that is missing or misspelt is a type error. */
export interface KernelOf<O extends Opcode, Attributes> extends Kernel<Attributes> {
  readonly opcode: O;
  pack(view: NodeView<Attributes>, context: PackContext): Words<O>;
}
