import type { StageNote } from '../format/model-file.ts';

export type RowBlock = NonNullable<StageNote['blocks']>[number];

/** One line of the table: what one stage makes and what it costs. A node that is a view has no stage. */
export interface NodeRow {
  /** Of the node in the user's file. */
  readonly index: number;
  readonly stage: number;
  readonly name: string;
  readonly op: string;
  readonly kernel: string;
  readonly shape: readonly [n: 1, h: number, w: number, c: number];
  readonly scale: number;
  readonly zeroPoint: number;
  readonly macs: number;
  readonly parameters: number;
  /** The blocks around the node, outermost first. */
  readonly blocks: readonly RowBlock[];
}
