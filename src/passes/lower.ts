import type { Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import { foldBatchNorm } from './fold-batch-norm.ts';
import { foldConcat } from './fold-concat.ts';
import { foldConstants } from './fold-constants.ts';
import { foldFunctions } from './fold-functions.ts';
import { foldReal } from './fold-real.ts';
import { foldShuffle } from './fold-shuffle.ts';
import { foldTranspose } from './fold-transpose.ts';
import { fuseActivation } from './fuse-activation.ts';
import { fusePad } from './fuse-pad.ts';
import { removeDead } from './remove-dead.ts';

export interface Pass {
  readonly name: string;
  /** Gives the same object when it changes nothing. */
  readonly run: (graph: Graph) => Graph;
}

/** In the order in which they run. What nobody reads goes first, so that it stands in no other pass's way. */
export const passes: readonly Pass[] = [
  { name: 'remove-dead', run: removeDead },
  { name: 'fold-constants', run: foldConstants },
  { name: 'fold-transpose', run: foldTranspose },
  { name: 'fold-batch-norm', run: foldBatchNorm },
  { name: 'fuse-activation', run: fuseActivation },
  { name: 'fold-real', run: foldReal },
  { name: 'fold-functions', run: foldFunctions },
  { name: 'fold-shuffle', run: foldShuffle },
  { name: 'fold-concat', run: foldConcat },
  { name: 'fuse-pad', run: fusePad },
  { name: 'remove-dead', run: removeDead },
];

/**
 * Runs every pass, and verifies what each has made of the graph. The graph itself is one that an importer has checked
 * (src/import/graph-writer.ts). `observe` is told what each has made of it.
 */
export function lower(graph: Graph, observe?: (pass: string, graph: Graph) => void): Graph {
  return passes.reduce((before, { name, run }) => {
    const after = run(before);
    if (after !== before) verifyAfter(name, after);
    observe?.(name, after);
    return after;
  }, graph);
}

function verifyAfter(name: string, graph: Graph): void {
  try {
    verify(graph);
  } catch (cause) {
    throw new Error(`after ${name}: ${(cause as Error).message}`, { cause });
  }
}
