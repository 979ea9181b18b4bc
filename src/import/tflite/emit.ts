import type { Op } from '../../graph/op.ts';
import { nearlySameElements } from '../../graph/quantization.ts';
import { inputRule, type OperandRule } from '../../graph/rules.ts';
import { sizeFault } from '../../graph/sizes.ts';
import type { DType, NHWC, Tensor, TensorId } from '../../graph/tensor.ts';
import { operandFault } from '../../graph/verify.ts';
import { dtypes } from './activation.ts';
import { type NodeConversion, problem } from './conversion.ts';
import type { FileTensor } from './model.ts';
import type { TensorType } from './schema.ts';
import { fileShape } from './shape.ts';

const fileTypes = Object.fromEntries(Object.entries(dtypes).map(([type, dtype]) => [dtype, type])) as Record<
  DType,
  TensorType
>;

/** Adds a node that makes the operator's output. */
export function emit<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly (TensorId | undefined)[],
): void {
  // An operand that is undefined has been reported.
  if (inputs.some((id) => id === undefined)) return;
  const output = node.activations.get(node.output.index) as TensorId;
  push(node, op, attributes, inputs as TensorId[], output);
}

/** Adds a node whose result is not a tensor of the file, of the type and scale of tensor `like`, else of the output's; returns its id. */
export function emitBetween<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly TensorId[],
  shape: NHWC,
  like = node.activations.get(node.output.index) as TensorId,
): TensorId {
  const { name } = node.output;
  const fault = sizeFault(shape);
  if (fault) problem(node, `on its way it makes the shape [${shape.join(', ')}], which is too large: ${fault}`);
  const output =
    node.tensors.push({ ...(node.tensors[like] as Tensor), name, shape, fileShape: [node.batch, ...shape.slice(1)] }) -
    1;
  push(node, op, attributes, inputs, output);
  return output;
}

function push<A>(node: NodeConversion, op: Op<A>, attributes: A, inputs: readonly TensorId[], output: TensorId): void {
  const tensorOf = (id: TensorId): Tensor | undefined => node.tensors[id];
  const read = inputs.map(tensorOf);
  if (node.pending.has(output) && !settle(node, op, attributes, read, output)) return;
  const y = tensorOf(output) as Tensor;
  if (![...inputs, output].some((id) => node.broken.has(id))) checkOperands(node, op, attributes, read, y);
  const { index } = node.operator;
  node.nodes.push({ index, name: node.output.name, op: op as Op, inputs, outputs: [output], attributes });
}

/** Gives an output the shape that its operator makes of its inputs. False, with a problem, where there is none. */
function settle<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly (Tensor | undefined)[],
  output: TensorId,
): boolean {
  const index = [...node.activations].find(([, id]) => id === output)?.[0] as number;
  const file = node.files[index] as FileTensor;
  try {
    const [shape] = op.outputShapes(inputs, attributes) as [readonly number[]];
    const fault = sizeFault(shape);
    if (fault) throw new Error(`it gives [${shape.join(', ')}] per image, which is too large: ${fault}`);
    const declared = fileShape(shape, file.shape.length, node.batch);
    if (!declared) throw new Error(`it gives [${shape}] per image, which ${file.shape.length} axes do not hold`);
    node.files[index] = { ...file, shape: declared, shapeSignature: [] };
    node.tensors[output] = { ...(node.tensors[output] as Tensor), shape, fileShape: declared };
    return node.pending.delete(output);
  } catch (error) {
    problem(node, (error as Error).message);
    return false;
  }
}

function checkOperands<A>(
  node: NodeConversion,
  op: Op<A>,
  attributes: A,
  inputs: readonly (Tensor | undefined)[],
  output: Tensor,
): void {
  const given = [
    ...inputs.map((tensor, i) => ({ rule: inputRule(op, i) as OperandRule, tensor })),
    { rule: op.operands.outputs[0] as OperandRule, tensor: output },
  ].filter((pair): pair is { rule: OperandRule; tensor: Tensor } => pair.tensor !== undefined);
  const real = op.float !== undefined && given.every(({ tensor }) => tensor.dtype === 'f32');
  if (!real && !checkTypes(node, given)) return;
  if (inputs.every((tensor) => !tensor || tensor.data)) problem(node, 'all its inputs are constants (an activation)');
  if (!real) {
    for (const { rule, tensor } of given) {
      const fault = operandFault(rule, tensor);
      if (fault) problem(node, fault);
    }
  }
  const source = inputs[op.operands.inputs.findIndex(({ name }) => name === op.operands.outputs[0]?.sameAs)];
  if (source && !nearlySameElements(source, output)) {
    problem(node, 'its input and output differ in type, scale or zero point (they must be equal)');
  }
  try {
    const [shape] = op.outputShapes(inputs, attributes);
    if (String(shape) !== String(output.shape)) {
      problem(node, `it gives [${shape}] per image, but the file declares [${output.fileShape}]`);
    }
  } catch (error) {
    problem(node, (error as Error).message);
  }
}

/** One problem for each type that does not fit, naming the operands that have it. */
function checkTypes(node: NodeConversion, given: readonly { rule: OperandRule; tensor: Tensor }[]): boolean {
  const strays = given.filter(({ rule, tensor }) => !rule.dtypes.includes(tensor.dtype));
  for (const dtype of new Set(strays.map(({ tensor }) => tensor.dtype))) {
    const those = strays.filter(({ tensor }) => tensor.dtype === dtype).map(({ rule }) => rule);
    const names = those.map(({ name }) => name).join(', ');
    const works = [...new Set(those.flatMap(({ dtypes: list }) => list))].map((type) => fileTypes[type]).join(', ');
    problem(node, `${names} ${those.length > 1 ? 'are' : 'is'} ${fileTypes[dtype]}${typeHint(dtype)} (${works})`);
  }
  return strays.length === 0;
}

const typeHint = (dtype: DType): string => {
  if (dtype === 'u8') return ' without a scale';
  return dtype === 'f32' ? ': an int8 model is real at its borders only, at QUANTIZE and DEQUANTIZE' : '';
};
