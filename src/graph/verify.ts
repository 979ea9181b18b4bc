import { arrayOf } from '../format/values.ts';
import { type Graph, type Variable, variablesOf, viewOf } from './graph.ts';
import { type NodeFault, nodeFaults } from './node-faults.ts';
import type { Node } from './op.ts';
import { equalQuantization } from './quantization.ts';
import { shortName, withName } from './short-name.ts';
import { elements, type Tensor, type TensorId } from './tensor.ts';

/**
 * Throws an Error that names the node, the op and the tensor at fault, unless:
 * ids are in range; each tensor is a graph input, the value of a variable, a constant or the output of one node; each node runs after its
 * producers; activations are NHWC with n = 1; shapes are those that the ops give; types and quantisation are those that
 * the ops' operand rules ask for. Runs between passes; importers check each node as they write it.
 */
export function verify(graph: Graph): void {
  verifyStructure(graph);
  for (const node of graph.nodes) verifyNode(graph, node);
}

/** All of `verify` but the nodes by themselves: for a graph whose nodes were checked when they were written. Throws an Error. */
export function verifyStructure(graph: Graph): void {
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
  for (const { name, value } of variablesOf(graph)) {
    const tensor = tensorAt(graph, value, () => `the variable "${shortName(name)}"`);
    if (tensor.data) throw new Error(`the variable "${shortName(name)}" is a constant`);
    if (ready.has(value)) throw new Error(`the variable "${shortName(name)}" is an input or another variable, too`);
    ready.add(value);
  }
  for (const node of graph.nodes) verifyReferences(graph, node, ready);
  for (const variable of variablesOf(graph)) verifyVariable(graph, variable, ready);
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

/** What a variable becomes is made by a node for it alone, and is like what it was. */
function verifyVariable(graph: Graph, { name, value, next, initial }: Variable, ready: ReadonlySet<TensorId>): void {
  const what = `the variable "${shortName(name)}"`;
  const [before, after] = [graph.tensors[value], tensorAt(graph, next, () => `${what}: what it becomes`)];
  if (!ready.has(next) || after.data)
    throw new Error(`${what} becomes "${shortName(after.name)}", which no node makes`);
  const isShared = variablesOf(graph).some((other) => other.value !== value && other.next === next);
  const isGiven = next !== value && (graph.inputs.includes(next) || variablesOf(graph).some((v) => v.value === next));
  if (isShared || isGiven) {
    throw new Error(`${what} becomes "${shortName(after.name)}", which is an input or another variable, too`);
  }
  const alike = before.dtype === after.dtype && equalQuantization(before.quantization, after.quantization);
  if (!alike || String(before.shape) !== String(after.shape)) {
    const names = `"${shortName(before.name)}" and "${shortName(after.name)}"`;
    throw new Error(`${what}: ${names} differ in type, shape, scale or zero point (they must not)`);
  }
  const array = arrayOf(before.dtype);
  if (!array || !(initial instanceof array) || initial.length !== elements(before.shape)) {
    throw new Error(`${what} begins with ${initial.length} values that are not ${before.dtype}[${before.shape}]`);
  }
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

/**
 * `verify` without what nodes ask of scales and zero points: what is left does not run at all, while other quantisations give
 * values that mean something else. Throws an Error.
 */
export function verifyRunnable(graph: Graph): void {
  verifyStructure(graph);
  for (const node of graph.nodes) verifyNode(graph, node, ({ kind }) => kind !== 'kept' && kind !== 'scale');
}

/** Throws an Error that names the node and what is wrong with it first. */
function verifyNode(graph: Graph, node: Node, counts: (fault: NodeFault) => boolean = () => true): void {
  const fault = nodeFaults(viewOf(graph, node)).find(counts);
  if (!fault) return;
  const cause = fault.kind === 'sizes' ? { cause: fault.cause } : undefined;
  throw new Error(`${describe(node)}${faultText(fault)}`, cause);
}

/** What is wrong with a node, as it follows the node's name. */
function faultText(fault: NodeFault): string {
  switch (fault.kind) {
    case 'count':
      return ` ${fault.what}`;
    case 'scale':
    case 'sizes':
      return `: ${fault.what}`;
    case 'type': {
      const { rule, tensor } = fault;
      return `: its ${rule.name} "${shortName(tensor.name)}" is ${tensor.dtype} (${rule.dtypes.join(', ')})`;
    }
    case 'kept': {
      const names = `"${shortName(fault.x.name)}" and "${shortName(fault.y.name)}"`;
      return `: ${names} differ in type, scale or zero point (they must not)`;
    }
    case 'shape': {
      const { shape, tensor } = fault;
      return ` gives [${shape}], but "${shortName(tensor.name)}" has the shape [${tensor.shape}]`;
    }
  }
}
