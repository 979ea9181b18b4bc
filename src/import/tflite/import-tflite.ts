import { LiteBlockError } from '../../format/errors.ts';
import type { Graph } from '../../graph/graph.ts';
import type { Op } from '../../graph/op.ts';
import type { NHWC, Tensor, TensorId } from '../../graph/tensor.ts';
import { verify } from '../../graph/verify.ts';
import { reshape } from '../../ops/reshape.ts';
import { addActivation } from './activation.ts';
import { type Conversion, type NodeConversion, problem } from './conversion.ts';
import { type GivenShapes, giveShapes, hasOpenSizes, signatureText, wantedShape } from './given-shapes.ts';
import { type FileModel, type FileOperator, type FileTensor, readTflite } from './model.ts';
import { operators } from './operators.ts';
import { optionTypes } from './schema.ts';
import { batchOf } from './shape.ts';
import { foldShape } from './shape-arithmetic.ts';
import { shiftUint8 } from './shift-uint8.ts';
import { unsupported } from './unsupported.ts';
import { widenFloat16 } from './widen-float16.ts';

export interface ImportOptions {
  /**
   * Shapes of inputs, by name, in the file's axes: for sizes that the file leaves open, or in place of others where all
   * operators take them. An open batch alone is 1 without being given.
   */
  readonly shapes?: GivenShapes;
}

/**
 * A .tflite file as a graph: one image, NHWC, explicit paddings; int8 (legacy uint8 between its inputs and outputs, too), or
 * float32 where the file is that throughout.
 * `source` names the file in messages. With `shapes`, or where the file leaves sizes open, the shapes of everything behind the
 * inputs are inferred. Throws 'file-truncated', 'file-invalid' or 'file-version' for a damaged file, 'usage' for `shapes` that
 * are none of its inputs', and 'unsupported' with every problem of a sound one at once.
 */
export function importTflite(bytes: Uint8Array, source: string, { shapes = {} }: ImportOptions = {}): Graph {
  const { model: shaped, infers } = giveShapes(widenFloat16(readTflite(bytes, source)), shapes);
  const shifted = shiftUint8(shaped);
  const files = [...shifted.tensors];
  const model = { ...shifted, tensors: files };
  const conversion: Conversion = {
    model,
    files,
    infers,
    pending: new Set(),
    batch: findBatch(model),
    tensors: [],
    nodes: [],
    problems: [],
    values: new Map(),
    activations: new Map(),
    broken: new Set(),
  };
  checkModel(conversion);
  const inputs = addInputs(conversion);
  for (const operator of model.operators) convert(conversion, operator);
  const outputs = findOutputs(conversion);
  if (conversion.problems.length > 0) {
    throw unsupported(source, conversion.problems, [...operators.keys()]);
  }

  const graph = { name: nameOf(source), tensors: conversion.tensors, nodes: conversion.nodes, inputs, outputs };
  try {
    verify(graph);
  } catch (cause) {
    throw new LiteBlockError('graph-invalid', `${source}: ${(cause as Error).message}`, [], { cause });
  }
  return graph;
}

/** A graph is called what its file is: subgraphs are all called "main". */
const nameOf = (source: string): string => (source.split(/[\\/]/).at(-1) as string).replace(/\.tflite$/, '') || source;

/** The leading size of the first activation that has a batch axis. */
function findBatch({ tensors, inputs, operators: list }: FileModel): number {
  const activations = [...inputs, ...list.flatMap(({ outputs }) => outputs)];
  return activations.map((id) => batchOf((tensors[id] as FileTensor).shape)).find((size) => size !== undefined) ?? 1;
}

/** What is wrong with the model as a whole. */
function checkModel({ model, problems }: Conversion): void {
  const whole = (what: string): void => {
    problems.push({ node: -1, op: '', name: model.source, what });
  };
  if (model.subgraphs > 1) whole(`it has ${model.subgraphs} subgraphs (one: no control flow)`);
  if (model.operators.length === 0) whole('it has no operators (one or more)');
}

function addInputs(conversion: Conversion): TensorId[] {
  const { model, problems } = conversion;
  return model.inputs.map((index) => {
    const file = model.tensors[index] as FileTensor;
    const report = (what: string): void => {
      problems.push({ node: -1, op: 'input', name: file.name, what });
    };
    if (conversion.activations.has(index)) report('it is listed twice among the inputs (once)');
    const open = hasOpenSizes(file);
    if (open)
      report(`the shape ${signatureText(file)} is not fixed (only the batch may be −1): give ${wantedShape(file)}`);
    return addActivation(conversion, file, false, report, open);
  });
}

function convert(conversion: Conversion, operator: FileOperator): void {
  const { model } = conversion;
  const outputs = operator.outputs.map((index) => model.tensors[index] as FileTensor);
  const [output] = outputs;
  if (!output) {
    conversion.problems.push({ node: operator.index, op: operator.name, name: '', what: 'it has no output (one)' });
    return;
  }
  if (outputs.length === 1 && !conversion.activations.has(output.index) && foldShape(conversion, operator, output))
    return;
  const known = operator.custom ? undefined : operators.get(operator.name);
  const declared: NodeConversion = { ...conversion, operator, output, outputs };
  const shape = conversion.infers ? known?.outputShape?.(declared) : undefined;
  const node = shape ? withShape(declared, shape) : declared;
  if (!known) problem(node, `the ${operator.custom ? 'custom ' : ''}operator ${operator.name} is not supported`);
  else if (outputs.length > 1 && !known.several) problem(node, `it has ${outputs.length} outputs (one)`);
  if (outputs.some(({ index }) => conversion.activations.has(index))) {
    problem(node, 'its output is an input of the model or made twice (once)');
    return;
  }
  const reads = operator.inputs.map((index) => conversion.activations.get(index));
  const perImage = reads.some((id) => id !== undefined && conversion.tensors[id]?.perImage);
  for (const file of outputs) {
    // The tensors of an operator that is not supported are nobody's fault but its own.
    const report = (what: string): void => void (known && problem(node, `its output: ${what}`));
    const entered = file.index === output.index ? node.output : file;
    addActivation(conversion, entered, perImage, report, conversion.infers && !shape);
  }
  if (!known) return;
  if (operator.options && operator.optionsType !== optionTypes[known.options]) {
    problem(node, `its options are of type ${operator.optionsType} (${optionTypes[known.options]}, ${known.options})`);
    return;
  }
  if (mixesTypes(node)) {
    problem(node, 'it mixes uint8 and int8 tensors (one of them; QUANTIZE goes between them)');
    return;
  }
  known.convert(node);
}

/** Legacy uint8 and int8 in one operator, which means nothing to TFLite. */
function mixesTypes({ operator, model }: NodeConversion): boolean {
  if (operator.name === 'QUANTIZE') return false;
  const tensors = [...operator.inputs, ...operator.outputs].map((index) => model.tensors[index]);
  const int8 = tensors.filter((tensor) => tensor?.type === 'int8');
  return int8.some((tensor) => tensor?.shifted) && int8.some((tensor) => !tensor?.shifted);
}

function withShape(node: NodeConversion, shape: readonly number[]): NodeConversion {
  const output = { ...node.output, shape, shapeSignature: [] };
  node.files[output.index] = output;
  return { ...node, output };
}

function findOutputs(conversion: Conversion): TensorId[] {
  const { model, activations, problems } = conversion;
  const inputs = new Set(model.inputs);
  return model.outputs.map((index) => {
    const id = activations.get(index);
    if (id !== undefined) return inputs.has(index) ? handedOn(conversion, id) : id;
    const { name } = model.tensors[index] as FileTensor;
    problems.push({ node: -1, op: 'output', name, what: 'no operator makes it (the output of an operator)' });
    return -1;
  });
}

/** An output that is an input as well, and has the bytes that were given: outputs are made by nodes, so a node copies it. */
function handedOn({ model, tensors, nodes }: Conversion, input: TensorId): TensorId {
  const x = tensors[input] as Tensor;
  const attributes = { shape: x.shape as NHWC };
  const output = tensors.push({ ...x }) - 1;
  const op = reshape as Op;
  nodes.push({ index: model.operators.length, name: x.name, op, inputs: [input], outputs: [output], attributes });
  return output;
}
