import { LiteBlockError, type Problem } from '../format/errors.ts';
import { type Graph, isFloat, viewOf } from '../graph/graph.ts';
import type { Kernel, Node } from '../graph/op.ts';
import { withName } from '../graph/short-name.ts';

/**
 * The kernel of each node: the first of its op's list that does not refuse it. Throws `unsupported` with one problem for
 * every node that none accepts, or one for the model where all of it works on real values.
 */
export function select(graph: Graph): Kernel[] {
  if (isFloat(graph)) throw unquantized(graph);
  const problems: Problem[] = [];
  const kernels = graph.nodes.map((node) => {
    const view = viewOf(graph, node);
    const reasons: string[] = [];
    for (const kernel of node.op.kernels) {
      const reason = kernel.refuses(view);
      if (reason === undefined) return kernel;
      reasons.push(node.op.kernels.length > 1 ? `${kernel.name}: ${reason}` : reason);
    }
    const what = isReal(graph, node) ? island : reasons.join('; ') || 'no kernel runs this op';
    problems.push({ node: node.index, op: node.op.type, name: node.name, what });
    return undefined;
  });
  if (problems.length > 0) {
    const lines = problems.map(({ node, op, name, what }) => `${withName(`node ${node} ${op}`, name)}: ${what}`);
    throw new LiteBlockError('unsupported', `${graph.name}: ${lines.join('\n')}`, problems);
  }
  return kernels as Kernel[];
}

const island =
  'it computes float values inside a quantised model, which may have them only at its inputs and outputs ' +
  '(quantise the operator as well, or end the model before it)';

const isReal = ({ tensors }: Graph, { inputs, outputs }: Node): boolean =>
  [...inputs, ...outputs].some((id) => id >= 0 && tensors[id].dtype === 'f32');

function unquantized({ name, isDynamicRange }: Graph): LiteBlockError {
  const what = isDynamicRange
    ? 'dynamic-range weights: quantise it first (`liteblock quantize`)'
    : 'the model is float32: quantise it first, with liteblock quantize MODEL --data IMAGES -o out.lbm, or with quantizeModel of liteblock/quantize';
  return new LiteBlockError('unsupported', `${name}: ${what}`, [{ node: -1, op: '', name, what }]);
}
