import { arrayOf } from '../format/values.ts';
import { type Graph, nhwc, viewOf } from './graph.ts';
import type { Node } from './op.ts';
import { nearlySameElements } from './quantization.ts';
import { inputRule, type OperandRule } from './rules.ts';
import { shortName, withName } from './short-name.ts';
import { type DType, elements, type Tensor, type TensorId } from './tensor.ts';

/**
 * Throws an Error that names the node, the op and the tensor at fault, unless:
 * ids are in range; each tensor is a graph input, a constant or the output of one node; each node runs after its
 * producers; activations are NHWC with n = 1; shapes are those that the ops give; types and quantisation are those that
 * the ops' operand rules ask for. Runs after import and between passes.
 */
export function verify(graph: Graph): void {
  graph.tensors.forEach((tensor, id) => {
    verifyTensor(tensor, `tensor ${id} "${shortName(tensor.name)}"`);
  });
  const ready = new Set<TensorId>();
  for (const id of graph.inputs) {
    const tensor = tensorAt(graph, id, () => 'the graph input');
    if (tensor.data) throw new Error(`the graph input "${shortName(tensor.name)}" is a constant`);
    if (ready.has(id)) throw new Error(`the graph input "${shortName(tensor.name)}" is listed twice`);
    ready.add(id);
  }
  for (const node of graph.nodes) {
    verifyReferences(graph, node, ready);
    verifyNode(graph, node);
  }
  for (const id of graph.outputs) {
    const tensor = tensorAt(graph, id, () => 'the graph output');
    if (!ready.has(id)) throw new Error(`the graph output "${shortName(tensor.name)}" is made by no node`);
  }
}

const describe = (node: Node): string => withName(`node ${node.index} ${node.op.type}`, node.name);

/** `what` is called for a message only: it takes longer than all else here. */
function tensorAt(graph: Graph, id: TensorId, what: () => string): Tensor {
  const tensor = graph.tensors[id];
  if (!tensor) throw new Error(`${what()} is tensor ${id} of ${graph.tensors.length}`);
  return tensor;
}

/** Sizes stay far below 2^53, so that products of shapes are exact. */
const mostElements = 2 ** 31 - 1;

function verifyTensor(tensor: Tensor, what: string): void {
  const { shape, quantization, data } = tensor;
  const count = elements(shape);
  if (shape.some((size) => !Number.isInteger(size) || size < 1) || count > mostElements) {
    throw new Error(`${what} has the shape [${shape}]: sizes are 1 or more, at most 2^31 − 1 elements together`);
  }
  if (data) {
    if (data.length !== count) throw new Error(`${what} has ${data.length} values for the shape [${shape}]`);
    const array = arrayOf(tensor.dtype);
    if (array && !(data instanceof array)) throw new Error(`${what} is ${tensor.dtype} but its values are not`);
  } else if (shape.length !== 4 || shape[0] !== 1) {
    throw new Error(`${what} has the shape [${shape}]: an activation is NHWC with n = 1`);
  }
  if (quantization) verifyQuantization(tensor, what);
}

function verifyQuantization({ shape, quantization, dtype, data }: Tensor, what: string): void {
  if (!quantization) return;
  const { scale, zeroPoint, axis } = quantization;
  if (scale.length === 0 || zeroPoint.length !== scale.length) {
    throw new Error(`${what} has ${scale.length} scales and ${zeroPoint.length} zero points`);
  }
  if (scale.length > 1 && shape[axis] !== scale.length) {
    throw new Error(`${what} has ${scale.length} scales for axis ${axis} of the shape [${shape}]`);
  }
  // A constant's scale may be 0 (a channel of zeros); an activation's divides.
  const bad = scale.find((value) => !(value >= 0 && value < Infinity) || (value === 0 && !data));
  if (bad !== undefined) throw new Error(`${what} has the scale ${bad}`);
  const [least, most] = dtype === 'u8' ? [0, 255] : dtype === 'i8' ? [-128, 127] : [-(2 ** 31), 2 ** 31 - 1];
  const outside = zeroPoint.find((value) => !(value >= least && value <= most));
  if (outside !== undefined) throw new Error(`${what} has the zero point ${outside}: ${dtype} holds ${least}…${most}`);
}

/** Inputs are ready, outputs are made for the first time. */
function verifyReferences(graph: Graph, node: Node, ready: Set<TensorId>): void {
  for (const id of node.inputs) {
    if (id === -1) continue;
    const tensor = tensorAt(graph, id, () => `${describe(node)}: an input`);
    if (!tensor.data && !ready.has(id)) {
      throw new Error(`${describe(node)} reads "${shortName(tensor.name)}" before any node has made it`);
    }
  }
  for (const id of node.outputs) {
    const tensor = tensorAt(graph, id, () => `${describe(node)}: an output`);
    if (tensor.data) throw new Error(`${describe(node)} writes to "${shortName(tensor.name)}", which is a constant`);
    if (ready.has(id))
      throw new Error(`${describe(node)} makes "${shortName(tensor.name)}", which is an input or made before`);
    ready.add(id);
  }
}

function verifyNode(graph: Graph, node: Node): void {
  const view = viewOf(graph, node);
  const { operands } = node.op;
  const real = isReal(node, view.inputs, view.outputs);
  const last = view.inputs.length - 1;
  if ((last >= 0 && !inputRule(node.op, last)) || view.outputs.length !== operands.outputs.length) {
    const counts = `${view.inputs.length} inputs and ${view.outputs.length} outputs`;
    throw new Error(
      `${describe(node)} has ${counts}: it takes ${operands.inputs.length} and ${operands.outputs.length}`,
    );
  }
  for (let i = 0; i < Math.max(operands.inputs.length, view.inputs.length); i++) {
    const rule = inputRule(node.op, i) as OperandRule;
    verifyOperand(node, rule, view.inputs[i], real);
    verifyKept(node, rule, view.inputs, view.inputs[i]);
  }
  operands.outputs.forEach((rule, i) => {
    verifyOperand(node, rule, view.outputs[i], real);
    verifyKept(node, rule, view.inputs, view.outputs[i]);
  });
  verifyShapes(node, view.inputs, view.outputs);
}

/** Whether a node works on real values: all of its tensors are f32 then. */
function isReal(node: Node, inputs: readonly (Tensor | undefined)[], outputs: readonly Tensor[]): boolean {
  const tensors = [...inputs, ...outputs].filter((tensor) => tensor !== undefined);
  return node.op.float !== undefined && tensors.every(({ dtype }) => dtype === 'f32');
}

/** An operand that keeps another's quantisation has it. */
function verifyKept(
  node: Node,
  { sameAs }: OperandRule,
  inputs: readonly (Tensor | undefined)[],
  tensor: Tensor | undefined,
): void {
  if (sameAs === undefined || !tensor) return;
  const source = inputs[node.op.operands.inputs.findIndex(({ name }) => name === sameAs)];
  if (source) verifySameQuantization(node, source, tensor);
}

function verifyShapes(node: Node, inputs: readonly (Tensor | undefined)[], outputs: readonly Tensor[]): void {
  let shapes: readonly (readonly number[])[];
  try {
    shapes = node.op.outputShapes(inputs, node.attributes);
  } catch (cause) {
    throw new Error(`${describe(node)}: ${(cause as Error).message}`, { cause });
  }
  outputs.forEach((tensor, i) => {
    if (String(shapes[i]) !== String(nhwc(tensor))) {
      throw new Error(
        `${describe(node)} gives [${shapes[i]}], but "${shortName(tensor.name)}" has the shape [${tensor.shape}]`,
      );
    }
  });
}

function verifyOperand(node: Node, rule: OperandRule, tensor: Tensor | undefined, real: boolean): void {
  if (!tensor) {
    if (!rule.optional) throw new Error(`${describe(node)} has no ${rule.name}`);
    return;
  }
  const fault = real ? undefined : operandFault(rule, tensor);
  if (fault) throw new Error(`${describe(node)}: ${fault}`);
}

/** Of the types that an operand with a scale may have, those whose values are what they are. */
const plain: readonly DType[] = ['f32', 'i32', 'i64'];

/** What is wrong with a tensor in the place of an operand; undefined when nothing is. */
export function operandFault(rule: OperandRule, { name, dtype, quantization }: Tensor): string | undefined {
  if (!rule.dtypes.includes(dtype))
    return `its ${rule.name} "${shortName(name)}" is ${dtype} (${rule.dtypes.join(', ')})`;
  if (rule.per === undefined || plain.includes(dtype)) return undefined;
  if (!quantization) return `its ${rule.name} "${shortName(name)}" has no scale`;
  if (quantization.scale.length > 1 && (rule.per === 'tensor' || quantization.axis !== rule.axis)) {
    const allowed =
      rule.per === 'tensor' ? 'one for the tensor' : `one for the tensor or one an index of axis ${rule.axis}`;
    return `its ${rule.name} "${shortName(name)}" has ${quantization.scale.length} scales along axis ${quantization.axis} (${allowed})`;
  }
  return undefined;
}

function verifySameQuantization(node: Node, x: Tensor, y: Tensor): void {
  if (nearlySameElements(x, y)) return;
  throw new Error(
    `${describe(node)}: "${shortName(x.name)}" and "${shortName(y.name)}" differ in type, scale or zero point (they must not)`,
  );
}
