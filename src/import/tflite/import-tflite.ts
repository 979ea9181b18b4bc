import { LiteBlockError, type Problem } from '../../format/errors.ts';
import type { Graph, TensorId } from '../../graph/graph.ts';
import { shortName } from '../../graph/short-name.ts';
import { verify } from '../../graph/verify.ts';
import { addActivation } from './activation.ts';
import { type Conversion, type NodeConversion, problem } from './conversion.ts';
import { widenFloat16 } from './float16.ts';
import { type FileModel, type FileOperator, type FileTensor, readTflite } from './model.ts';
import { operators } from './operators.ts';
import { optionTypes } from './schema.ts';
import { batchOf } from './shape.ts';
import { shiftUint8 } from './shift-uint8.ts';

/**
 * A .tflite file as a graph: one image, NHWC, explicit paddings; int8 (legacy uint8 between its inputs and outputs, too), or
 * float32 where the file is that throughout.
 * `source` names the file in messages. Throws 'file-truncated', 'file-invalid' or 'file-version' for a damaged file, and
 * 'unsupported' with every problem of a sound one at once.
 */
export function importTflite(bytes: Uint8Array, source: string): Graph {
  const model = shiftUint8(widenFloat16(readTflite(bytes, source)));
  const conversion: Conversion = {
    model,
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
  if (conversion.problems.length > 0) throw unsupported(conversion);

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
    return addActivation(conversion, file, false, report);
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
  const node: NodeConversion = { ...conversion, operator, output, outputs };
  const known = operator.custom ? undefined : operators.get(operator.name);
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
    addActivation(conversion, file, perImage, (what) => known && problem(node, `its output: ${what}`));
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

function findOutputs({ model, activations, problems }: Conversion): TensorId[] {
  const inputs = new Set(model.inputs);
  return model.outputs.map((index) => {
    const id = activations.get(index);
    const { name } = model.tensors[index] as FileTensor;
    const what = id === undefined ? 'no operator makes it' : inputs.has(index) ? 'it is an input as well' : undefined;
    if (what) problems.push({ node: -1, op: 'output', name, what: `${what} (the output of an operator)` });
    return id ?? -1;
  });
}

function unsupported({ model, problems }: Conversion): LiteBlockError {
  const lines = problems.map(describe);
  const unknown = problems.some(({ node, op }) => node >= 0 && !operators.has(op));
  const works = unknown ? `\nsupported operators: ${[...operators.keys()].join(', ')}` : '';
  const text = lines.length === 1 ? lines[0] : `${lines.length} problems\n  ${lines.join('\n  ')}`;
  return new LiteBlockError('unsupported', `${model.source}: ${text}${works}`, problems);
}

function describe({ node, op, name, what }: Problem): string {
  if (node >= 0) return `node ${node} ${op} "${shortName(name)}": ${what}`;
  return op ? `${op} "${shortName(name)}": ${what}` : what;
}
