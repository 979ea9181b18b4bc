import { LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { withName } from '../graph/short-name.ts';

/** An error of the user's network at one node: it names the graph, and the node by its module. */
export function nodeError(graph: Graph, { index, op, name }: Node, cause: unknown): LiteBlockError {
  const what = cause instanceof Error ? cause.message : String(cause);
  const problems = [{ node: index, op: op.type, name, what }];
  return new LiteBlockError(
    'graph-invalid',
    `${graph.name}: ${withName(`node ${index} ${op.type}`, name)}: ${what}`,
    problems,
    {
      cause,
    },
  );
}
