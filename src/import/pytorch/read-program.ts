import { LiteBlockError } from '../../format/errors.ts';
import type { JsonReader } from '../json-reader.ts';
import { modulesOf } from './module-stack.ts';
import {
  type Argument,
  type ChangedBuffer,
  type ProgramNode,
  type ProgramTensor,
  type Size,
  scalarTypes,
} from './program.ts';

/** The major versions of PyTorch's schema that are read: that of torch 2.6 (8.2) to 2.15 (8.20). */
const knownMajor = 8;

/** What a graph of a program says, before its tensors have values. */
export interface ProgramGraph {
  readonly nodes: readonly ProgramNode[];
  readonly inputs: readonly ProgramTensor[];
  readonly outputs: readonly string[];
  /** Names in the module of parameters, buffers and constants, by the names that nodes have for them. */
  readonly parameters: ReadonlyMap<string, string>;
  readonly changed: readonly ChangedBuffer[];
  readonly shapes: ReadonlyMap<string, readonly Size[]>;
}

/** Nodes of a network: passes over them take time that grows with their square. */
const mostNodes = 20_000;

/**
 * The graph of a program. Throws file-version for another major version of the schema, file-invalid where the text is not what
 * the schema says, and unsupported for programs of several graphs.
 */
export function readProgram(json: JsonReader, source: string): ProgramGraph {
  const major = json.at('schema_version').at('major').integer();
  if (major !== knownMajor) {
    const torch = json.at('torch_version').isAbsent
      ? ''
      : `, written by torch ${String(json.at('torch_version').value)}`;
    throw new LiteBlockError(
      'file-version',
      `${source}: this program has version ${major} of PyTorch's schema${torch} (${knownMajor}: torch 2.6 to 2.15 were tried)`,
    );
  }
  const module = json.at('graph_module');
  const graph = module.at('graph');
  const tensors = new Map(graph.at('tensor_values').entries());
  const nodes = graph.at('nodes').list();
  if (nodes.length > mostNodes) {
    throw new LiteBlockError('unsupported', `${source}: it has ${nodes.length} nodes (at most ${mostNodes})`);
  }
  const parameters = new Map<string, string>();
  const inputs: ProgramTensor[] = [];
  for (const spec of module.at('signature').at('input_specs').list()) {
    const [kind, field] = spec.only();
    if (kind === 'user_input') inputs.push(tensorOf(nameOf(field.at('arg'), source), tensors));
    else if (kind === 'parameter') addParameter(parameters, field, 'parameter_name');
    else if (kind === 'buffer') addParameter(parameters, field, 'buffer_name');
    else if (kind === 'tensor_constant') addParameter(parameters, field, 'tensor_constant_name');
    else if (kind !== 'token') {
      throw new LiteBlockError('unsupported', `${source}: an input of the program is a ${kind} (tensors alone)`);
    }
  }
  const outputs: string[] = [];
  const changed: ChangedBuffer[] = [];
  for (const spec of module.at('signature').at('output_specs').list()) {
    const [kind, field] = spec.only();
    if (kind === 'user_output') outputs.push(nameOf(field.at('arg'), source));
    else if (kind === 'buffer_mutation') {
      changed.push({ buffer: field.at('buffer_name').text(), next: field.at('arg').at('name').text() });
    } else if (kind !== 'token') {
      throw new LiteBlockError(
        'unsupported',
        `${source}: an output of the program is a ${kind} (tensors that a run gives)`,
      );
    }
  }
  const shapes = new Map(
    Array.from(tensors, ([name, meta]): [string, readonly Size[]] => [name, meta.at('sizes').list().map(sizeOf)]),
  );
  return { nodes: nodes.map(nodeOf), inputs, outputs, parameters, changed, shapes };
}

const addParameter = (parameters: Map<string, string>, field: JsonReader, key: string): void => {
  parameters.set(field.at('arg').at('name').text(), field.at(key).text());
};

/** The name of a tensor that is given or made. */
function nameOf(argument: JsonReader, source: string): string {
  const [kind, field] = argument.only();
  if (kind === 'as_tensor') return field.at('name').text();
  throw new LiteBlockError(
    'unsupported',
    `${source}: an input or output of the program is ${kind.slice(3)} (a tensor)`,
  );
}

function tensorOf(name: string, tensors: ReadonlyMap<string, JsonReader>): ProgramTensor {
  const meta = tensors.get(name);
  if (!meta) return { name, shape: [], dtype: 'float32' };
  return {
    name,
    shape: meta.at('sizes').list().map(sizeOf),
    dtype: scalarTypes[meta.at('dtype').integer()] ?? 'unknown',
  };
}

/** A size that is an expression goes by its text. */
function sizeOf(json: JsonReader): Size {
  const [kind, field] = json.only();
  return kind === 'as_int' ? field.integer() : String(field.at('expr_str').value);
}

function nodeOf(json: JsonReader, index: number): ProgramNode {
  const metadata = json.at('metadata');
  const stack = metadata.at('nn_module_stack');
  const inputs = json.at('inputs').list();
  return {
    index,
    target: json
      .at('target')
      .text()
      .replace(/^torch\.ops\./, ''),
    arguments: new Map(
      inputs.map((input, i): [string, Argument] => {
        const name = input.at('name');
        return [typeof name.value === 'string' && name.value !== '' ? name.value : `${i}`, argumentOf(input.at('arg'))];
      }),
    ),
    outputs: json.at('outputs').list().flatMap(outputsOf),
    modules: stack.isAbsent ? [] : modulesOf(stack.text()),
  };
}

function outputsOf(json: JsonReader): readonly string[] {
  const [kind, field] = json.only();
  if (kind === 'as_tensor') return [field.at('name').text()];
  if (kind === 'as_tensors') return field.list().map((item) => item.at('name').text());
  if (kind === 'as_sym_int') return [String(field.at('as_name').value)];
  return [];
}

/** A number of the program, or the name of one that is computed. */
function symbolOf(json: JsonReader): number | string {
  const [kind, field] = json.only();
  if (kind === 'as_name') return field.text();
  return field.number();
}

const readers: Readonly<Record<string, (json: JsonReader) => Argument>> = {
  as_none: () => ({ kind: 'none' }),
  as_tensor: (json) => ({ kind: 'value', name: json.at('name').text() }),
  as_tensors: (json) => ({ kind: 'values', names: json.list().map((item) => item.at('name').text()) }),
  as_optional_tensors: (json) => ({
    kind: 'values',
    names: json.list().map((item) => {
      const [kind, field] = item.only();
      return kind === 'as_tensor' ? field.at('name').text() : undefined;
    }),
  }),
  as_int: (json) => ({ kind: 'number', value: json.integer() }),
  as_float: (json) => ({ kind: 'number', value: json.number() }),
  as_ints: (json) => ({ kind: 'numbers', values: json.list().map((item) => item.integer()) }),
  as_floats: (json) => ({ kind: 'numbers', values: json.list().map((item) => item.number()) }),
  as_string: (json) => ({ kind: 'text', value: json.text() }),
  as_bool: (json) => ({ kind: 'flag', value: json.boolean() }),
  as_sym_int: numberOf,
  as_sym_float: numberOf,
  as_sym_ints: (json) => ({ kind: 'numbers', values: json.list().map(symbolOf) }),
  as_scalar_type: (json) => ({ kind: 'type', dtype: scalarTypes[json.integer()] ?? `type ${json.integer()}` }),
};

function numberOf(json: JsonReader): Argument {
  const value = symbolOf(json);
  return typeof value === 'number' ? { kind: 'number', value } : { kind: 'value', name: value };
}

function argumentOf(json: JsonReader): Argument {
  const [kind, field] = json.only();
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined;
  return read ? read(field) : { kind: 'other', what: kind.slice(3) };
}
