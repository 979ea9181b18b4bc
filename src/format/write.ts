import { checkKind, checkLike, kindOf } from './arguments.ts';
import { crc32 } from './crc32.ts';
import { LiteBlockError } from './errors.ts';
import { dtypes, fieldsOf, opcodes, operandFields, recordWords } from './instructions.ts';
import type { Like } from './like.ts';
import { memoryBytesOf } from './memory.ts';
import {
  alignment,
  headerBytes,
  type InterfaceEntry,
  interfaceFields,
  type ModelFile,
  magic,
  sections,
  type VariableEntry,
  variablesFeature,
  version,
} from './model-file.ts';
import { operationsOf } from './operations.ts';

const utf8 = new TextEncoder();
const align = (bytes: number): number => Math.ceil(bytes / alignment) * alignment;

function float32Bits(value: number): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value, true);
  return view.getInt32(0, true);
}

const bytesOf = (words: Int32Array): Uint8Array => new Uint8Array(words.buffer);

function operandBytes(model: ModelFile): Uint8Array {
  const words = new Int32Array(model.operands.length * operandFields.length);
  model.operands.forEach((operand, i) => {
    operandFields.forEach((field, j) => {
      if (field === 'reserved0' || field === 'reserved1') return;
      words[i * operandFields.length + j] = field === 'scale' ? float32Bits(operand.scale) : operand[field];
    });
  });
  return bytesOf(words);
}

function stageBytes(model: ModelFile): Uint8Array {
  const words = new Int32Array(model.stages.length * recordWords);
  model.stages.forEach((stage, i) => {
    const fields = fieldsOf(stage.opcode);
    for (const field of Object.keys(stage.words)) {
      if (fields.includes(field)) continue;
      throw new LiteBlockError('input', `writeModel: stage ${i}: opcode ${stage.opcode} has no field "${field}"`);
    }
    fields.forEach((field, j) => {
      words[i * recordWords + j] = field === 'opcode' ? opcodes.indexOf(stage.opcode) : (stage.words[field] ?? 0);
    });
  });
  return bytesOf(words);
}

function scheduleBytes(model: ModelFile): Uint8Array {
  const words = new Int32Array(model.schedule.length);
  model.schedule.forEach(({ stage, rows }, i) => {
    if (stage > 0xffff || rows > 0xffff) {
      throw new LiteBlockError('unsupported', `step ${i}: stage ${stage}, ${rows} rows: at most 65,535 of each`);
    }
    words[i] = stage | (rows << 16);
  });
  return bytesOf(words);
}

function interfaceBytes(model: ModelFile): Uint8Array {
  const entries = [
    ...model.inputs.map((entry) => ({ entry, kind: 0 })),
    ...model.outputs.map((entry) => ({ entry, kind: 1 })),
  ];
  const words = new Int32Array(entries.length * interfaceFields.length);
  entries.forEach(({ entry, kind }, i) => {
    words.set(interfaceWords(entry, kind), i * interfaceFields.length);
  });
  return bytesOf(words);
}

function interfaceWords(entry: InterfaceEntry, kind: number): number[] {
  if (entry.shape.length > 6) {
    throw new LiteBlockError('unsupported', `"${entry.name}" has rank ${entry.shape.length}: at most 6 can be stored`);
  }
  const sizes = [0, 1, 2, 3, 4, 5].map((axis) => entry.shape[axis] ?? 0);
  const { operand, dtype, perImage, imageBytes, shape, scale, zeroPoint } = entry;
  const head = [kind, operand, dtypes.indexOf(dtype), perImage ? 1 : 0, imageBytes, shape.length];
  return [...head, ...sizes, float32Bits(scale), zeroPoint, 0, 0];
}

const variableBytes = (variables: readonly VariableEntry[]): Uint8Array =>
  bytesOf(Int32Array.from(variables.flatMap(({ operand, initial, fill }) => [operand, initial, fill, 0])));

/** Bit i set: opcode i is used, or there are variables. An engine without it refuses the file. */
export function featuresOf({ stages, variables }: ModelFile): number {
  const state = variables ? 1 << variablesFeature : 0;
  return stages.reduce((bits, stage) => bits | (1 << opcodes.indexOf(stage.opcode)), state) >>> 0;
}

const oneOf = (names: readonly string[]) => (value: unknown) =>
  names.some((name) => name === value) ? undefined : `is not one of ${names.join(', ')}`;

const words = (value: unknown): string | undefined => {
  if (kindOf(value) !== 'Object') return 'is not an object of numbers';
  const stray = Object.entries(value as object).find(([, word]) => typeof word !== 'number');
  return stray && `has the member "${stray[0]}", which is not a number`;
};

/** Any number: readers refuse the scales that they do not take. */
const isNumber = (value: unknown): string | undefined => (typeof value === 'number' ? undefined : 'is not a number');

/** The reader checks its members. */
function isJson(value: unknown): string | undefined {
  try {
    return kindOf(value) === 'Object' && JSON.stringify(value) ? undefined : 'is not an object';
  } catch (cause) {
    return `is not JSON: ${(cause as Error).message}`;
  }
}

const interfaceLike: Like = {
  name: '',
  operand: 0,
  dtype: oneOf(dtypes),
  imageBytes: 0,
  shape: [0],
  scale: isNumber,
  zeroPoint: Number.NaN,
};

const modelLike: Like = {
  operands: [words],
  stages: [{ opcode: oneOf(opcodes), words }],
  schedule: [{ stage: 0, rows: 0 }],
  inputs: [interfaceLike],
  outputs: [interfaceLike],
  labels: [''],
  metadata: isJson,
  'digest?': { seed: Number.NaN, crc: Number.NaN },
  ramBytes: 0,
  bindingStep: 0,
  stateOffset: 0,
};

/** Throws input for a value that is not a model, and names the first member that is wrong. */
function checkModel(model: ModelFile): void {
  checkLike('writeModel: model', model, modelLike);
  checkKind('writeModel: model: data', model.data, 'Uint8Array');
  if (model.postprocess) checkKind('writeModel: model: postprocess', model.postprocess, 'Uint8Array');
}

/**
 * A model as the bytes of a `.lbm`, version 1 (docs/format.md). The same model always gives the same bytes. Throws
 * `input` if the argument is not a model.
 */
export function writeModel(model: ModelFile): Uint8Array {
  checkModel(model);
  const parts: [id: number, bytes: Uint8Array][] = [
    [sections.operands, operandBytes(model)],
    [sections.stages, stageBytes(model)],
    [sections.schedule, scheduleBytes(model)],
    [sections.interface, interfaceBytes(model)],
    [sections.data, model.data],
    [sections.metadata, utf8.encode(JSON.stringify(model.metadata))],
  ];
  if (model.labels.length > 0) parts.push([sections.labels, utf8.encode(`${model.labels.join('\0')}\0`)]);

  if (model.digest) parts.push([sections.digest, bytesOf(Int32Array.of(model.digest.seed, model.digest.crc))]);
  if (model.variables) parts.push([sections.variables, variableBytes(model.variables)]);
  if (model.postprocess) parts.push([sections.postprocess, model.postprocess]);

  let offset = align(headerBytes + parts.length * 16);
  const placed = parts.map(([id, bytes]) => {
    const at = offset;
    offset += align(bytes.length);
    return { id, bytes, at };
  });
  const file = new Uint8Array(offset);
  const view = new DataView(file.buffer);
  const operations = operationsOf(model);
  const header = [
    magic,
    version,
    file.length,
    0, // CRC, below
    featuresOf(model),
    model.ramBytes,
    model.data.length,
    memoryBytesOf(file.length, model.ramBytes),
    placed.length,
    model.bindingStep,
    model.stateOffset,
    0,
    operations % 2 ** 32,
    Math.floor(operations / 2 ** 32),
  ];
  header.forEach((word, i) => {
    view.setUint32(i * 4, word, true);
  });
  placed.forEach(({ id, bytes, at }, i) => {
    view.setUint32(headerBytes + i * 16, id, true);
    view.setUint32(headerBytes + i * 16 + 4, at, true);
    view.setUint32(headerBytes + i * 16 + 8, bytes.length, true);
    if (bytes.length > 0) file.set(bytes, at); // an array whose buffer was transferred has no values, and cannot be read
  });
  view.setUint32(12, crc32(file.subarray(16)), true);
  return file;
}
