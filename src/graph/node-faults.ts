import type { NodeView, Op } from './op.ts';
import { nearlySameElements } from './quantization.ts';
import { inputRule, type OperandRule } from './rules.ts';
import { shortName } from './short-name.ts';
import type { DType, Tensor } from './tensor.ts';

/**
 * What is wrong with a node and its tensors. `verify` says it in the words of the graph, importers in those of the user's
 * file.
 */
export type NodeFault =
  /** There are too many operands, or one is missing: "has no x". */
  | { readonly kind: 'count'; readonly what: string }
  /** An operand has no scale, or more than suit the op: "its x … has no scale". */
  | { readonly kind: 'scale'; readonly what: string }
  /** An operand has a type that the op does not take. Other operands are looked at for their types alone then. */
  | { readonly kind: 'type'; readonly rule: OperandRule; readonly tensor: Tensor }
  /** Two tensors that must have one quantisation differ. */
  | { readonly kind: 'kept'; readonly x: Tensor; readonly y: Tensor }
  /** The op gives no shape for the sizes of its inputs. */
  | { readonly kind: 'sizes'; readonly what: string; readonly cause: Error }
  /** The op gives another shape than the output has. */
  | { readonly kind: 'shape'; readonly shape: readonly number[] | undefined; readonly tensor: Tensor };

interface RuledTensor {
  readonly rule: OperandRule;
  readonly tensor: Tensor;
}

/** All that is wrong with a node; empty where nothing is. Shapes are looked at where there are the operands that the op takes. */
export function nodeFaults<A>(view: NodeView<A>): readonly NodeFault[] {
  const faults = operandFaults(view);
  return faults.some(({ kind }) => kind === 'count' || kind === 'type') ? faults : [...faults, ...shapeFaults(view)];
}

/** What is wrong with a node but for the shape of its output. */
export function operandFaults<A>({ node, inputs, outputs }: NodeView<A>): readonly NodeFault[] {
  const { op } = node;
  const { operands } = op;
  const last = inputs.length - 1;
  if ((last >= 0 && !inputRule(op, last)) || outputs.length !== operands.outputs.length) {
    const counts = `has ${inputs.length} inputs and ${outputs.length} outputs`;
    return [{ kind: 'count', what: `${counts}: it takes ${operands.inputs.length} and ${operands.outputs.length}` }];
  }
  const given = ruled((i) => inputRule(op, i), inputs);
  given.push(...ruled((i) => operands.outputs[i], outputs));
  const missing = operands.inputs.flatMap((rule, i): NodeFault[] =>
    inputs[i] || rule.optional ? [] : [{ kind: 'count', what: `has no ${rule.name}` }],
  );
  const kept = given.flatMap((one) => keptFault(op, inputs, one));
  if (isReal(op, given)) return [...missing, ...kept];
  const strays = given.filter(({ rule, tensor }) => !rule.dtypes.includes(tensor.dtype));
  if (strays.length > 0) return [...missing, ...strays.map((one): NodeFault => ({ kind: 'type', ...one }))];
  return [...missing, ...given.flatMap(scaleFault), ...kept];
}

const ruled = (
  ruleOf: (i: number) => OperandRule | undefined,
  tensors: readonly (Tensor | undefined)[],
): RuledTensor[] => {
  const found: RuledTensor[] = [];
  for (const [i, tensor] of tensors.entries()) if (tensor) found.push({ rule: ruleOf(i) as OperandRule, tensor });
  return found;
};

/** Whether a node works on real values: all of its tensors are f32 then. */
const isReal = <A>(op: Op<A>, given: readonly RuledTensor[]): boolean =>
  op.float !== undefined && given.every(({ tensor }) => tensor.dtype === 'f32');

/** Of the types that an operand with a scale may have, those whose values are what they are. */
const plain: readonly DType[] = ['f32', 'i32', 'i64'];

function scaleFault({ rule, tensor: { name, dtype, quantization } }: RuledTensor): NodeFault[] {
  if (rule.per === undefined || plain.includes(dtype)) return [];
  if (quantization?.scale.length === 1) return [];
  const which = `its ${rule.name} "${shortName(name)}"`;
  if (!quantization) return [{ kind: 'scale', what: `${which} has no scale` }];
  const { scale, axis } = quantization;
  if (rule.per === 'channel' && axis === rule.axis) return [];
  const allowed =
    rule.per === 'tensor' ? 'one for the tensor' : `one for the tensor or one per index of axis ${rule.axis}`;
  return [{ kind: 'scale', what: `${which} has ${scale.length} scales along axis ${axis}; expected ${allowed}` }];
}

/** An operand that keeps another's quantisation has it. */
function keptFault<A>(op: Op<A>, inputs: readonly (Tensor | undefined)[], { rule, tensor }: RuledTensor): NodeFault[] {
  if (rule.sameAs === undefined) return [];
  const source = inputs[op.operands.inputs.findIndex(({ name }) => name === rule.sameAs)];
  return !source || nearlySameElements(source, tensor) ? [] : [{ kind: 'kept', x: source, y: tensor }];
}

function shapeFaults<A>({ node, attributes, inputs, outputs }: NodeView<A>): NodeFault[] {
  try {
    const shapes = node.op.outputShapes(inputs, attributes);
    return outputs.flatMap((tensor, i): NodeFault[] =>
      String(shapes[i]) === String(tensor.shape) ? [] : [{ kind: 'shape', shape: shapes[i], tensor }],
    );
  } catch (error) {
    const cause = error as Error;
    return [{ kind: 'sizes', what: cause.message, cause }];
  }
}
