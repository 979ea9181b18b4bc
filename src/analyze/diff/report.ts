import type { Difference } from './compare.ts';
import type { Tried } from './explain.ts';
import type { Pair } from './partners.ts';
import type { Terms } from './terms.ts';
import type { Maker } from './trace.ts';

/** One tensor that both runs have. */
export interface Compared {
  readonly name: string;
  /** Its name in B, where that is another. */
  readonly nameB?: string;
  readonly by: Pair['by'];
  readonly maker?: Maker;
  readonly shapeA: readonly number[];
  readonly shapeB: readonly number[];
  readonly unit: Terms['unit'];
  /** The real value of a step. */
  readonly scale?: number;
  /** How far values may be apart. */
  readonly limit: number;
  readonly difference?: Difference;
  /** The two are not of one size. */
  readonly misshapen?: true;
  /** A later tensor whose values one side has here, too: it lies in the same memory there, and nothing can be compared. */
  readonly overwrittenBy?: string;
  readonly notes: readonly string[];
}

/** Why the first tensor that differs does. */
export type Verdict =
  | { readonly kind: 'input'; readonly preparation?: string }
  /** The layers on the way give B's values from what B's layers read: the differences before it are enough. */
  | { readonly kind: 'inherited' }
  /**
   * Rules that explain everything, the best first; of several those that explain most of the next tensors that differ.
   * `more`: how many of these the first explains, and how many were tried.
   */
  | {
      readonly kind: 'rule';
      readonly rules: readonly Tried[];
      readonly more?: readonly [explained: number, of: number];
    }
  /** No rule explains everything; the closest first. `untried`: rules that would have taken too long. */
  | { readonly kind: 'unknown'; readonly closest: readonly Tried[]; readonly untried: number }
  /** Nothing could be computed again, and why. */
  | { readonly kind: 'none'; readonly why: string };

export interface First extends Compared {
  readonly places: readonly string[];
  /** The side whose layers were computed again, to find out what the other does. */
  readonly computed: 'A' | 'B';
  /** Of the values that differ, how many lie on a tie or nearly. */
  readonly ties?: number;
  /** What the two models say otherwise about its layers. */
  readonly facts: readonly string[];
  /** Layers between it and what both runs have, where there are several. */
  readonly between: readonly Maker[];
  readonly verdict: Verdict;
}

export interface Diff {
  readonly equal: boolean;
  /** In the order of execution. */
  readonly compared: readonly Compared[];
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  readonly first?: First;
}
