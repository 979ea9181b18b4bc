import type { Values } from '../../format/values.ts';
import type { Graph } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import type { Alter } from './segment.ts';

/** A way in which another runtime, or another model, may compute one node. */
export interface Rule {
  /** padding, rounding, layout, zero point … */
  readonly rule: string;
  /** What the other side does by it, and what this side does: ends of sentences that begin with a name. */
  readonly does: string;
  readonly instead: string;
  readonly alter: Alter;
}

/** The node that rules are looked for, with what it reads. */
export interface DifferenceSite {
  readonly graph: Graph;
  readonly view: NodeView;
  readonly inputs: readonly (Values | undefined)[];
  readonly real: boolean;
  /** What the other side has, where the node makes the tensor that is asked for. */
  readonly theirs?: Values;
}

export type Rules = (site: DifferenceSite) => readonly Rule[];
