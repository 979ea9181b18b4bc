import { LiteBlockError } from '../format/errors.ts';
import type { Graph, Node, TensorId } from '../graph/graph.ts';
import type { OperandRule } from '../graph/op.ts';
import { shortName } from '../graph/short-name.ts';
import type { Tensor } from '../graph/tensor.ts';

/** A tensor in its place as an operand of a node. */
export interface Operand {
  readonly rule: OperandRule;
  readonly id: TensorId;
  readonly tensor: Tensor;
}

/** The operands of a node that are given, in the order of its inputs; then its outputs. */
export function operandsOf(graph: Graph, node: Node): { readonly inputs: Operand[]; readonly outputs: Operand[] } {
  const placed = (rules: readonly OperandRule[], ids: readonly TensorId[]): Operand[] =>
    ids.flatMap((id, i) => {
      const tensor = graph.tensors[id];
      return tensor ? [{ rule: rules[i] as OperandRule, id, tensor }] : [];
    });
  return {
    inputs: placed(node.op.operands.inputs, node.inputs),
    outputs: placed(node.op.operands.outputs, node.outputs),
  };
}

/** The operand names of a bias' scale, as in 'x·weights'; undefined for any other rule. */
export function productOf(rule: OperandRule): readonly [string, string] | undefined {
  const [first, second] = rule.scale?.split('·') ?? [];
  return first !== undefined && second !== undefined ? [first, second] : undefined;
}

export const describeNode = (node: Node): string => `node ${node.index} ${node.op.type} "${shortName(node.name)}"`;

/** An error about one node, which names it. */
export function nodeError(code: 'unsupported' | 'graph-invalid', node: Node, what: string): LiteBlockError {
  const problem = { node: node.index, op: node.op.type, name: node.name, what };
  return new LiteBlockError(code, `quantize: ${describeNode(node)}: ${what}`, [problem]);
}
