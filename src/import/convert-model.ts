import type { Graph } from '../graph/graph.ts';
import type { NHWC, TensorId } from '../graph/tensor.ts';
import { reshape } from '../ops/reshape.ts';
import { addActivation } from './activation.ts';
import { type Conversion, type NodeConversion, type OperatorEntry, problem } from './conversion.ts';
import type { FileOperator, FileTensor } from './file-model.ts';
import { hasOpenSizes, type ShapedModel, signatureText, wantedShape } from './given-shapes.ts';
import { GraphWriter, type VariableToKeep } from './graph-writer.ts';
import { placeInFile } from './problems.ts';
import { leadingOf } from './shapes.ts';

/** What a format's importer is made of, beside its reader. */
export interface OperatorTable<Operator extends FileOperator, Entry extends OperatorEntry<Operator>> {
  readonly operators: ReadonlyMap<string, Entry>;
  /** Operators that the format does not define itself. Absent: there are none. */
  readonly custom?: ReadonlyMap<string, Entry>;
  /** Why operators that real files have are not supported, and what to do. Absent: nothing is said of any. */
  readonly refused?: ReadonlyMap<string, string>;
  /** Makes a constant of an operator's output where the operator computes shapes. False where it does not. */
  foldShape(conversion: Conversion<Operator>, operator: Operator, output: FileTensor): boolean;
  /** What is wrong with an operator before its converter looks at it; undefined where nothing is. */
  fault(node: NodeConversion<Operator>, entry: Entry): string | undefined;
}

/**
 * A model that was read from a file as a graph called `name`: one image, NHWC. Throws 'unsupported' with every problem at
 * once, and 'graph-invalid' where the file contradicts itself.
 */
export function convertModel<Operator extends FileOperator, Entry extends OperatorEntry<Operator>>(
  shaped: ShapedModel<Operator>,
  name: string,
  table: OperatorTable<Operator, Entry>,
): Graph {
  const batch = findBatch(shaped);
  const writer = converted(shaped, name, table, batch);
  const words = { code: 'unsupported', place: placeInFile, known: [...table.operators.keys()] } as const;
  if (batch === 1 || !writer.isMixed) return writer.finish(words);
  // A leading size that was taken for the batch may be pixels. What is wrong is said of the batch.
  const pixels = converted(shaped, name, table, 1);
  return (pixels.problems.none ? pixels : writer).finish(words);
}

function converted<Operator extends FileOperator, Entry extends OperatorEntry<Operator>>(
  { model: shaped, infers }: ShapedModel<Operator>,
  name: string,
  table: OperatorTable<Operator, Entry>,
  batch: number,
): GraphWriter {
  const files = [...shaped.tensors];
  const model = { ...shaped, tensors: files };
  const writer = new GraphWriter(name, model.source, batch);
  const conversion = { model, writer, files, infers, values: new Map(), activations: new Map() };
  checkModel(conversion);
  addInputs(conversion);
  addVariables(conversion);
  for (const operator of model.operators) convert(conversion, operator, table);
  keepVariables(conversion);
  addOutputs(conversion);
  return writer;
}

/**
 * The number of images: the leading size of the inputs where all activations have it, else 1. Where shapes are inferred, those
 * behind the inputs tell nothing.
 */
function findBatch({ model: { tensors, inputs, operators }, infers }: ShapedModel<FileOperator>): number {
  const activations = [...inputs, ...(infers ? [] : operators.flatMap(({ outputs }) => outputs))];
  const leading = activations.map((id) => leadingOf(tensors[id].shape)).filter((size) => size !== undefined);
  const [batch = 1] = leading;
  return leading.every((size) => size === batch) ? batch : 1;
}

/** What is wrong with the model as a whole. */
function checkModel({ model, writer }: Conversion): void {
  const whole = { node: -1, op: '', name: model.source };
  if (model.operators.length === 0 && !model.variables) writer.problem(whole, 'it has no operators');
}

function addInputs(conversion: Conversion): void {
  const { model, writer, activations } = conversion;
  for (const index of model.inputs) {
    const file = model.tensors[index];
    const report = (what: string): void => writer.problem({ node: -1, op: 'input', name: file.name }, what);
    if (activations.has(index)) report('it is listed twice among the inputs');
    const open = hasOpenSizes(file);
    if (open) {
      report(`the shape ${signatureText(file)} is not fixed (only the batch may be −1): give ${wantedShape(file)}`);
    }
    writer.input(addActivation(conversion, file, false, report, open));
  }
}

/** Declares what variables are when a run begins. */
function addVariables(conversion: Conversion): void {
  const { model, writer } = conversion;
  const { variables = [] } = model;
  if (variables.length > 0) writer.keepsState();
  for (const { name, value, reader } of variables) {
    const site = { node: reader.index, op: reader.name, name };
    addActivation(conversion, model.tensors[value], true, (what) => writer.problem(site, `the variable: ${what}`));
  }
}

/** Says what variables become. */
function keepVariables({ model, writer, activations }: Conversion): void {
  const { variables = [] } = model;
  const nodes = model.operators.length;
  const kept = variables.flatMap((variable): VariableToKeep[] => {
    const { name, value, next, reader } = variable;
    const [before, after] = [activations.get(value), activations.get(next)];
    if (before === undefined) return [];
    const site = { node: nodes, op: 'variable', name, inserted: true } as const;
    if (after === undefined) {
      writer.problem({ node: reader.index, op: reader.name, name }, 'no operator makes what the variable becomes');
      return [];
    }
    return [{ site, value: before, from: after, bytes: variable.bytes }];
  });
  writer.keep(kept);
}

function convert<Operator extends FileOperator, Entry extends OperatorEntry<Operator>>(
  conversion: Conversion<Operator>,
  operator: Operator,
  { operators, custom, refused, foldShape, fault }: OperatorTable<Operator, Entry>,
): void {
  const { model, writer, activations, infers } = conversion;
  const outputs = operator.outputs.map((index) => model.tensors[index]);
  const [output] = outputs;
  if (!output) {
    writer.problem({ node: operator.index, op: operator.name, name: '' }, 'it has no output');
    return;
  }
  if (outputs.length === 1 && !activations.has(output.index) && foldShape(conversion, operator, output)) return;
  const known = (operator.custom ? custom : operators)?.get(operator.name);
  const declared = { ...conversion, operator, output, outputs };
  const shape = infers ? known?.outputShape?.(declared) : undefined;
  const node = shape ? withShape(declared, shape) : declared;
  if (!known) {
    const why = refused?.get(operator.name);
    const what = `the ${operator.custom ? 'custom ' : ''}operator ${operator.name} is not supported`;
    problem(node, why === undefined ? what : `${what}: ${why}`);
  } else if (outputs.length > 1 && !known.several) problem(node, `it has ${outputs.length} outputs; expected one`);
  if (outputs.some(({ index }) => activations.has(index))) {
    problem(node, 'its output is an input of the model or is made twice');
    return;
  }
  const reads = operator.inputs.map((index) => activations.get(index));
  const perImage = reads.some((id) => id !== undefined && writer.tensor(id).perImage);
  for (const file of outputs) {
    // The tensors of an operator that is not supported are nobody's fault but its own.
    const report = (what: string): void => void (known && problem(node, `its output: ${what}`));
    const entered = file.index === output.index ? node.output : file;
    addActivation(conversion, entered, perImage, report, infers && !shape);
  }
  if (!known) return;
  const what = fault(node, known);
  if (what === undefined) known.convert(node);
  else problem(node, what);
}

function withShape<Operator extends FileOperator>(
  node: NodeConversion<Operator>,
  shape: readonly number[],
): NodeConversion<Operator> {
  const output = { ...node.output, shape, shapeSignature: [] };
  node.files[output.index] = output;
  return { ...node, output };
}

function addOutputs(conversion: Conversion): void {
  const { model, writer, activations } = conversion;
  const given = new Set([...model.inputs, ...(model.variables ?? []).map(({ value }) => value)]);
  for (const index of model.outputs) {
    const id = activations.get(index);
    if (id !== undefined) {
      writer.output(given.has(index) ? handedOn(conversion, id) : id);
      continue;
    }
    const { name } = model.tensors[index];
    writer.problem({ node: -1, op: 'output', name }, 'it is not the output of an operator');
  }
}

/** An output that is an input or a variable as well, and has the bytes that were given: outputs are made by nodes, so a node copies it. */
function handedOn({ model, writer }: Conversion, input: TensorId): TensorId {
  const x = writer.tensor(input);
  const site = { node: model.operators.length, op: 'output', name: x.name, inserted: true } as const;
  return writer.writeBetween(site, reshape, { shape: x.shape as NHWC }, [input], { ...x });
}
