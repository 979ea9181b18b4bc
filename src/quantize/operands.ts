import { LiteBlockError } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { inputRule, type OperandRule } from '../graph/rules.ts';
import { withName } from '../graph/short-name.ts';
import type { Tensor, TensorId } from '../graph/tensor.ts';

/** A tensor in its place as an operand of a node. */
export interface NodeOperand {
  readonly rule: OperandRule;
  /** Among the node's inputs, or its outputs. */
  readonly position: number;
  readonly id: TensorId;
  readonly tensor: Tensor;
}

/** The operands of a node that are given, in the order of its inputs; then its outputs. */
export function operandsOf(
  graph: Graph,
  node: Node,
): { readonly inputs: NodeOperand[]; readonly outputs: NodeOperand[] } {
  const placed = (ruleOf: (i: number) => OperandRule | undefined, ids: readonly TensorId[]): NodeOperand[] =>
    ids.flatMap((id, position) => {
      const tensor = graph.tensors[id];
      return tensor ? [{ rule: ruleOf(position) as OperandRule, position, id, tensor }] : [];
    });
  return {
    inputs: placed((i) => inputRule(node.op, i), node.inputs),
    outputs: placed((i) => node.op.operands.outputs[i], node.outputs),
  };
}

export const describeNode = (node: Node): string => withName(`node ${node.index} ${node.op.type}`, node.name);

/** An error about one node, which names it. */
export function nodeError(code: 'unsupported' | 'graph-invalid', node: Node, what: string): LiteBlockError {
  const problem = { node: node.index, op: node.op.type, name: node.name, what };
  return new LiteBlockError(code, `quantize: ${describeNode(node)}: ${what}`, [problem]);
}
