import { nearlyEqualQuantization } from '../../graph/quantization.ts';
import { shortName } from '../../graph/short-name.ts';
import { elements } from '../../graph/tensor.ts';
import { quantizationOf } from '../activation.ts';
import type { FileTensor, FileType, FileVariable } from '../file-model.ts';
import { Problems, placeInFile } from '../problems.ts';
import { scalar, text } from './flatbuffer.ts';
import type { TfliteFile, TfliteModel, TfliteOperator } from './model.ts';
import { callOnceOptions, varHandleOptions } from './schema.ts';

/** Operators of a model with state. What they do is resolved before the others are converted. */
export const variableOperators = ['ASSIGN_VARIABLE', 'CALL_ONCE', 'READ_VARIABLE', 'VAR_HANDLE'] as const;

/** Bytes of an element of the types that variables may have. */
const elementBytes: Partial<Record<FileType, number>> = { int8: 1, uint8: 1, float32: 4 };

/** A variable that was read or assigned: the tensor that it is by now. */
interface Current {
  tensor: number;
  /** The tensor that it was at the start of the run, and what read it. Absent: it was assigned first, so that nothing is kept. */
  readonly start?: { readonly value: number; readonly reader: TfliteOperator };
}

const isState = ({ name, custom }: TfliteOperator): boolean =>
  !custom && variableOperators.some((known) => known === name);

/**
 * A model whose variables are tensors: operators read what READ_VARIABLE gives where it stands, and a variable becomes what is
 * assigned to it last. One that no CALL_ONCE gives a first value begins with its zero point, or 0. Throws 'unsupported' with
 * every problem.
 */
export function resolveVariables(model: TfliteFile): TfliteModel {
  if (!model.operators.some(isState)) return model;
  const tensors = [...model.tensors];
  const problems = new Problems();
  const report = ({ index, name }: TfliteOperator, what: string, of = ''): void =>
    problems.add({ node: index, op: name, name: of, what });
  const names = namesOf(model.operators);
  const first = firstValues(model, report);
  const current = new Map<string, Current>();
  /** What to read in place of what READ_VARIABLE gives. */
  const instead = new Map<number, number>();
  const renamed = (index: number): number => instead.get(index) ?? index;

  const nameOf = (operator: TfliteOperator): string | undefined => {
    const name = names.get(operator.inputs[0]);
    if (name === undefined) report(operator, 'its variable is not named by a VAR_HANDLE');
    return name;
  };
  const read = (operator: TfliteOperator): void => {
    const name = nameOf(operator);
    const [output] = operator.outputs.map((index) => tensors[index]);
    if (name === undefined || !output) return;
    if (!elementBytes[output.type]) {
      report(operator, `a variable of ${output.type} is not supported (int8, uint8, float32)`, name);
    }
    let now = current.get(name);
    if (!now) {
      const value = tensors.push({ ...output, index: tensors.length }) - 1;
      now = { tensor: value, start: { value, reader: operator } };
      current.set(name, now);
    }
    const fault = difference(tensors[now.tensor], output);
    if (fault) report(operator, `it is read as ${fault}`, name);
    instead.set(output.index, now.tensor);
  };
  const assign = (operator: TfliteOperator): void => {
    const name = nameOf(operator);
    const given = tensors[renamed(operator.inputs[1] ?? -1)];
    if (name === undefined || !given) return;
    const now = current.get(name);
    const fault = now && difference(given, tensors[now.tensor]);
    if (fault) report(operator, `it is assigned ${fault} at another place`, name);
    if (given.bytes) report(operator, 'it is assigned a constant (a tensor that is computed, or an input)', name);
    current.set(name, { ...now, tensor: given.index });
  };
  const operators = model.operators.flatMap((operator): TfliteOperator[] => {
    if (!isState(operator)) return [{ ...operator, inputs: operator.inputs.map(renamed) }];
    if (operator.name === 'READ_VARIABLE') read(operator);
    if (operator.name === 'ASSIGN_VARIABLE') assign(operator);
    return [];
  });

  const variables = Array.from(current, ([name, { tensor, start }]): FileVariable[] => {
    if (!start) return [];
    const { value, reader } = start;
    const bytes = firstBytes(tensors[value], first.get(name));
    if (!bytes) report(reader, 'its first value is of another type or shape than the variable', name);
    return bytes ? [{ name, value, next: tensor, bytes, reader }] : [];
  }).flat();
  problems.throwAny(model.source, { code: 'unsupported', place: placeInFile });
  return { ...model, tensors, operators, outputs: model.outputs.map(renamed), variables };
}

/** Names of variables by the tensors of their handles. Handles of one container and name are one variable. */
function namesOf(operators: readonly TfliteOperator[]): Map<number | undefined, string> {
  const names = new Map<number | undefined, string>();
  for (const { name, custom, outputs, options } of operators) {
    if (custom || name !== 'VAR_HANDLE') continue;
    const part = (slot: number): string => (options && text(options, slot)) ?? '';
    const container = part(varHandleOptions.container);
    names.set(outputs[0], `${container && `${container}/`}${part(varHandleOptions.sharedName)}`);
  }
  return names;
}

/** First values of variables by their names: constants that subgraphs assign which are called once. */
function firstValues(
  { operators, calledOnce }: TfliteFile,
  report: (operator: TfliteOperator, what: string, of?: string) => void,
): Map<string, FileTensor> {
  const first = new Map<string, FileTensor>();
  for (const call of operators) {
    if (call.custom || call.name !== 'CALL_ONCE') continue;
    const called = calledOnce.get(scalar(call.options, callOnceOptions.subgraph, 'Int32'));
    const names = namesOf(called?.operators ?? []);
    if (!called) report(call, 'it calls the subgraph that it is in');
    for (const { name, custom, inputs } of called?.operators ?? []) {
      if (!custom && name === 'VAR_HANDLE') continue;
      const variable = names.get(inputs[0]);
      const value = called?.tensors[inputs[1] ?? -1];
      if (custom || name !== 'ASSIGN_VARIABLE' || variable === undefined || !value?.bytes) {
        report(call, `the subgraph that it calls has ${name} (it may assign constants to variables)`);
        break;
      }
      first.set(variable, value);
    }
  }
  return first;
}

const described = ({ type, shape, quantization }: FileTensor): string => {
  const { scale = [], zeroPoint = [] } = quantization ?? {};
  const steps = scale.length > 0 ? ` of scale ${scale[0]} and zero point ${zeroPoint[0] ?? 0}` : '';
  return `${type}[${shape.join(', ')}]${steps}`;
};

/** Both tensors in words, where they are not alike in all that their bytes mean. */
function difference(a: FileTensor, b: FileTensor): string | undefined {
  const [one, other] = [quantizationOf(a, 0), quantizationOf(b, 0)];
  const alike = a.type === b.type && String(a.shape) === String(b.shape) && nearlyEqualQuantization(one, other);
  return alike ? undefined : `${described(b)}, where "${shortName(a.name)}" is ${described(a)} (alike)`;
}

/** The bytes of a variable before the first run; undefined where they are not its own. */
function firstBytes({ type, shape, quantization }: FileTensor, first: FileTensor | undefined): Uint8Array | undefined {
  const bytes = elements(shape) * (elementBytes[type] ?? 0);
  if (!first) return new Uint8Array(bytes).fill(type === 'float32' ? 0 : (quantization?.zeroPoint[0] ?? 0));
  const fits = first.type === type && String(first.shape) === String(shape) && first.bytes?.length === bytes;
  return fits ? first.bytes : undefined;
}
