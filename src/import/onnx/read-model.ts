import { LiteBlockError } from '../../format/errors.ts';
import type { ExternalData } from './external-data.ts';
import { ProtoMessage } from './message.ts';
import type { Attribute, OnnxConstant, OnnxModel, OnnxNodeData, OnnxTensor, Size } from './model.ts';
import {
  attributeFields,
  attributeTypes,
  dataTypeOf,
  dimensionFields,
  graphFields,
  modelFields,
  nodeFields,
  opsetFields,
  shapeFields,
  tensorFields,
  tensorTypeFields,
  typeFields,
  valueInfoFields,
} from './schema.ts';
import { tensorOf } from './tensor.ts';

/** Nodes of a network: passes over them take time that grows with their square. */
const mostNodes = 20_000;

/** Versions of the operators that are read: from the oldest that exporters still write to that of onnx 1.23. */
const opsets = { least: 7, most: 28 } as const;

/**
 * The network of an `.onnx`. `source` names the file in messages, `external` reads weights that lie beside it. Throws
 * file-truncated or file-invalid for a damaged file, file-version for operators of another version, unsupported for one that is too
 * large.
 */
export function readOnnx(bytes: Uint8Array, source: string, external: ExternalData): OnnxModel {
  const model = new ProtoMessage(bytes, source);
  const graph = model.message(modelFields.graph, 'graph');
  if (!graph) throw new LiteBlockError('file-invalid', `${source}: the model has no graph`);
  const count = graph.count(graphFields.node);
  if (count > mostNodes) {
    throw new LiteBlockError('unsupported', `${source}: it has ${count} nodes (at most ${mostNodes})`);
  }
  if (graph.has(graphFields.sparseInitializer)) {
    throw new LiteBlockError('unsupported', `${source}: it has sparse initialisers (dense ones)`);
  }
  const opset = opsetOf(model, source);
  const constants = new Map<string, OnnxConstant>();
  for (const message of graph.messages(graphFields.initializer, 'initializer')) {
    const name = message.text(tensorFields.name) ?? '';
    if (constants.has(name))
      throw new LiteBlockError('file-invalid', `${source}: two initialisers are called "${name}"`);
    constants.set(name, tensorOf(message, name, `${source}: initialiser "${name}"`, external));
  }
  const tensors = (field: number, name: string) => graph.messages(field, name).map(tensorInfo);
  return {
    source,
    opset,
    constants,
    nodes: graph.messages(graphFields.node, 'node').map((message, i) => nodeOf(message, i, source, external)),
    // Until IR version 3 initialisers were among the inputs.
    inputs: tensors(graphFields.input, 'input').filter(({ name }) => !constants.has(name)),
    outputs: tensors(graphFields.output, 'output'),
  };
}

function opsetOf(model: ProtoMessage, source: string): number {
  const imports = model.messages(modelFields.opsetImport, 'opset_import');
  const own = imports.find((each) => isOnnxDomain(each.text(opsetFields.domain) ?? ''));
  const version = own?.integer(opsetFields.version) ?? 1;
  if (version >= opsets.least && version <= opsets.most) return version;
  const known = `${opsets.least} to ${opsets.most}`;
  throw new LiteBlockError('file-version', `${source}: it has version ${version} of ONNX's operators (opset ${known})`);
}

const isOnnxDomain = (domain: string): boolean => domain === '' || domain === 'ai.onnx';

function tensorInfo(message: ProtoMessage): OnnxTensor {
  const name = message.text(valueInfoFields.name) ?? '';
  const tensor = message.message(valueInfoFields.type, 'type')?.message(typeFields.tensor, 'tensor_type');
  if (!tensor) return { name, dtype: 'no tensor' };
  const dtype = dataTypeOf(tensor.integer(tensorTypeFields.elementType));
  const shape = tensor.message(tensorTypeFields.shape, 'shape')?.messages(shapeFields.dim, 'dim').map(sizeOf);
  return shape ? { name, dtype, shape } : { name, dtype };
}

/** Sizes that are less than 1 are open, too: some exporters write −1. */
function sizeOf(message: ProtoMessage, axis: number): Size {
  const size = message.integer(dimensionFields.value);
  if (size !== undefined && size >= 1) return size;
  return message.text(dimensionFields.parameter) || `d${axis}`;
}

function nodeOf(message: ProtoMessage, index: number, source: string, external: ExternalData): OnnxNodeData {
  const domain = message.text(nodeFields.domain) ?? '';
  const type = message.text(nodeFields.opType) ?? '';
  const outputs = message.texts(nodeFields.output);
  const name = message.text(nodeFields.name) || outputs[0] || '';
  const where = `${source}: node ${index} ${type} "${name}"`;
  const attributes = new Map<string, Attribute>();
  for (const attribute of message.messages(nodeFields.attribute, 'attribute')) {
    const key = attribute.text(attributeFields.name) ?? '';
    attributes.set(key, attributeOf(attribute, `${where}: its attribute ${key}`, external));
  }
  const op = isOnnxDomain(domain) ? type : `${domain}.${type}`;
  return { index, name, op, inputs: message.texts(nodeFields.input), outputs, attributes };
}

function attributeOf(message: ProtoMessage, what: string, external: ExternalData): Attribute {
  const type = message.integer(attributeFields.type);
  switch (type) {
    case attributeTypes.float:
      return { kind: 'float', value: message.float(attributeFields.f) ?? 0 };
    case attributeTypes.int:
      return { kind: 'int', value: message.integer(attributeFields.i) ?? 0 };
    case attributeTypes.string:
      return { kind: 'string', value: message.text(attributeFields.s) ?? '' };
    case attributeTypes.floats:
      return { kind: 'floats', values: message.floats(attributeFields.floats) };
    case attributeTypes.ints:
      return { kind: 'ints', values: message.integers(attributeFields.ints) };
    case attributeTypes.strings:
      return { kind: 'strings', values: message.texts(attributeFields.strings) };
    case attributeTypes.tensor: {
      const tensor = message.message(attributeFields.t, 't');
      if (tensor) return { kind: 'tensor', tensor: tensorOf(tensor, 'constant', what, external) };
    }
  }
  return { kind: 'other', what: `of type ${type ?? 'none'}` };
}
