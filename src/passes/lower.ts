import type { Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import { fusePad } from './fuse-pad.ts';
import { removeDead } from './remove-dead.ts';

export interface Pass {
  readonly name: string;
  /** Gives the same object when it changes nothing. */
  readonly run: (graph: Graph) => Graph;
}

/** In the order in which they run. */
export const passes: readonly Pass[] = [
  { name: 'fuse-pad', run: fusePad },
  { name: 'remove-dead', run: removeDead },
];

/** Runs every pass, and checks the graph before the first and after each. */
export function lower(graph: Graph): Graph {
  verify(graph);
  return passes.reduce((before, { name, run }) => {
    const after = run(before);
    if (after === before) return before;
    try {
      verify(after);
    } catch (cause) {
      throw new Error(`after ${name}: ${(cause as Error).message}`, { cause });
    }
    return after;
  }, graph);
}
