import { checkFunction } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { Graph } from '../graph/graph.ts';
import { verify } from '../graph/verify.ts';
import { lower as runPasses } from '../passes/lower.ts';

/**
 * Runs every pass on a graph that may come from anywhere, and checks it before the first and after each: a float graph is then
 * ready to be quantised, and a quantised one to be compiled. `observe` is told what each pass has made of it. Throws
 * graph-invalid.
 */
export function lower(graph: Graph, observe?: (pass: string, graph: Graph) => void): Graph {
  checkGraph('lower', graph);
  if (observe !== undefined) checkFunction('lower: observe', observe);
  try {
    verify(graph);
  } catch (cause) {
    throw new LiteBlockError('graph-invalid', `${graph.name}: ${(cause as Error).message}`, [], { cause });
  }
  return runPasses(graph, observe);
}
