import type { NodeView } from './graph.ts';

/** What a packing half may add to the model file. */
export interface PackContext {
  /** Appends to the data section, 16-byte aligned; returns the byte offset there. Equal bytes are stored once. */
  data(bytes: ArrayBufferView): number;
}

/** A stage record's words by field name (src/format/instructions.ts lists the fields of each opcode). */
export type StageWords = Readonly<Record<string, number>>;

/** The TypeScript half of a compute routine; assembly/kernels/ has the other half under the same name. */
export interface Kernel<Attributes = unknown> {
  readonly name: string;
  /** The opcode of its records in src/format/instructions.ts. */
  readonly opcode: string;
  /** undefined when the kernel can run the node, otherwise why not. */
  refuses(view: NodeView<Attributes>): string | undefined;
  /**
   * Positions among the node's inputs of the operands x and x2. Absent: [0], where every other input is a constant that
   * `pack` puts into the data section itself. Of an op with `places` all inputs, one of which is x at a time.
   */
  operands?(view: NodeView<Attributes>): readonly number[];
  /**
   * Whether the pixels of x and x2 may lie further apart than they have channels, as those of a part of a tensor do.
   * Absent: they may.
   */
  readsApart?(view: NodeView<Attributes>): boolean;
  /** Whether it writes nothing between the pixels of y where those lie apart. Absent: nothing. */
  readonly writesApart?: false;
  /** Bytes of scratch beside the executor's row tables for steps of `rows` output rows. Absent: none. */
  scratchBytes?(view: NodeView<Attributes>, rows: number): number;
  /** Fields of the record beside the header, which the packer writes. */
  pack(view: NodeView<Attributes>, context: PackContext): StageWords;
}

/** Bytes of scratch that a kernel wants beside the executor's row tables. */
export const scratchBytesOf = ({ scratchBytes }: Kernel, view: NodeView, rows: number): number =>
  scratchBytes?.(view, rows) ?? 0;

/** Whether a kernel takes pixels of its inputs that lie apart. */
export const mayReadApart = ({ readsApart }: Kernel, view: NodeView): boolean => readsApart?.(view) ?? true;

/** Whether a kernel writes pixels that lie apart, and nothing between them. */
export const mayWriteApart = ({ writesApart }: Kernel): boolean => writesApart ?? true;
