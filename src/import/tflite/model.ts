import { LiteBlockError } from '../../format/errors.ts';
import { shortName } from '../../graph/short-name.ts';
import type { Window2d } from '../../graph/tensor.ts';
import { elements } from '../../graph/tensor.ts';
import type { FileModel, FileOperator, FileQuantization, FileTensor } from '../file-model.ts';
import {
  bytesAt,
  bytesOf,
  type FlatTable,
  float32s,
  int32s,
  int64s,
  openFlatbuffer,
  scalar,
  table,
  tables,
  text,
  uint64,
} from './flatbuffer.ts';
import { builtinOperators } from './operator-names.ts';
import * as schema from './schema.ts';
import { type OperatorCode, signaturesOf } from './signatures.ts';
import { denseBytes } from './sparsity.ts';

export interface TfliteOperator extends FileOperator {
  readonly optionsType: number;
  readonly options: FlatTable | undefined;
  /** Options of a custom operator, in a form of its own. */
  readonly customOptions?: Uint8Array | undefined;
  /** Stride, dilation and padding in place of those of the options: fold-space-to-batch.ts. */
  readonly window?: Window2d;
}

/** The first subgraph of a .tflite, with every reference between tables checked. Builtins have names in capitals. */
export type TfliteModel = FileModel<TfliteOperator>;

const identifier = 'TFL3';

/** More than any operator of TFLite takes. */
const mostAxes = 8;

/** True for bytes that claim to be a .tflite file. */
export const isTflite = (bytes: Uint8Array): boolean =>
  bytes.length >= 8 && String.fromCharCode(...bytes.subarray(4, 8)) === identifier;

/** A .tflite file in memory: one of its subgraphs, and what the others are called. */
export interface TfliteFile extends TfliteModel {
  /** The name of the subgraph that was read, where it has one. */
  readonly signature: string | undefined;
  /** Names of the others that can be run. */
  readonly others: readonly string[];
  /** Subgraphs that its CALL_ONCE name, by their number: they give variables their first values. */
  readonly calledOnce: ReadonlyMap<number, TfliteSubgraph>;
}

/** Tensors and operators of a subgraph, with every reference checked. */
export interface TfliteSubgraph {
  readonly tensors: readonly FileTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/**
 * Reads the subgraph of a signature, or the first. Throws file-truncated, file-version, or file-invalid, also for a model without
 * inputs or outputs, and usage for a signature that there is not.
 */
export function readTflite(bytes: Uint8Array, source: string, signature?: string): TfliteFile {
  if (bytes.length >= 8 && !isTflite(bytes)) {
    throw new LiteBlockError('file-invalid', `${source}: not a .tflite file: bytes 4 to 7 are not "${identifier}"`);
  }
  const root = openFlatbuffer(bytes, source);
  const version = scalar(root, schema.model.version, 'Uint32');
  if (version !== 3) {
    throw new LiteBlockError('file-version', `${source}: schema version ${version} is not supported (3)`);
  }
  const invalid = (what: string): LiteBlockError => new LiteBlockError('file-invalid', `${source}: damaged: ${what}`);
  const buffers = tables(root, schema.model.buffers).map(readBuffer);
  const codes = tables(root, schema.model.operatorCodes).map((code) => readOperatorCode(code));
  const subgraphs = tables(root, schema.model.subgraphs);
  if (subgraphs.length === 0) throw invalid('it has no subgraph');
  const file = { codes, constants: { buffers, denseBytes: Math.max(leastDenseBytes, 16 * bytes.length) }, invalid };
  const list = signaturesOf(root, subgraphs, codes, source);
  const chosen = list.choose(signature);
  const read = readSubgraph(subgraphs[chosen], file);
  for (const [what, ids] of Object.entries({ inputs: read.inputs, outputs: read.outputs })) {
    if (ids.length > 0) continue;
    const cure = '(one or more): export it again with them';
    throw new LiteBlockError('file-invalid', `${source}: the model has no ${what} ${cure}`);
  }
  const calledOnce = new Map<number, TfliteSubgraph>();
  for (const { name, custom, options } of read.operators) {
    if (custom || name !== 'CALL_ONCE') continue;
    const index = scalar(options, schema.callOnceOptions.subgraph, 'Int32');
    if (!subgraphs[index]) throw invalid(`CALL_ONCE names subgraph ${index} of ${subgraphs.length}`);
    if (index !== chosen && !calledOnce.has(index)) calledOnce.set(index, readSubgraph(subgraphs[index], file));
  }
  return { source, ...read, calledOnce, signature: list.nameOf(chosen), others: list.othersThan(chosen) };
}

/** What is read of a file once, for all of its subgraphs. */
interface FileParts {
  readonly codes: readonly OperatorCode[];
  readonly constants: Constants;
  readonly invalid: (what: string) => Error;
}

function readSubgraph(graph: FlatTable, { codes, constants, invalid }: FileParts): TfliteSubgraph {
  const tensors = tables(graph, schema.subgraph.tensors).map((entry, index) =>
    readTensor(entry, index, constants, invalid),
  );
  const ids = (list: readonly number[], what: string, least: number): readonly number[] => {
    const stray = list.find((id) => id < least || id >= tensors.length);
    if (stray !== undefined) throw invalid(`${what} names tensor ${stray} of ${tensors.length}`);
    return list;
  };
  const operators = tables(graph, schema.subgraph.operators).map((entry, index): TfliteOperator => {
    const code = scalar(entry, schema.operator.opcodeIndex, 'Uint32');
    const named = codes[code];
    if (!named) throw invalid(`operator ${index} names operator code ${code} of ${codes.length}`);
    return {
      index,
      ...named,
      inputs: ids(int32s(entry, schema.operator.inputs), `operator ${index} ${named.name}`, -1),
      outputs: ids(int32s(entry, schema.operator.outputs), `operator ${index} ${named.name}`, 0),
      optionsType: scalar(entry, schema.operator.optionsType, 'Uint8'),
      options: table(entry, schema.operator.options),
      ...(named.custom && { customOptions: bytesOf(entry, schema.operator.customOptions) }),
    };
  });
  const inputs = ids(int32s(graph, schema.subgraph.inputs), 'the list of inputs', 0);
  const outputs = ids(int32s(graph, schema.subgraph.outputs), 'the list of outputs', 0);
  return { tensors, operators, inputs, outputs };
}

/** Files older than 127 operators hold the number in one byte; both fields are there since, and the larger one counts. */
function readOperatorCode(code: FlatTable): OperatorCode {
  const { deprecatedBuiltinCode, builtinCode, customCode } = schema.operatorCode;
  const number = Math.max(scalar(code, deprecatedBuiltinCode, 'Int8'), scalar(code, builtinCode, 'Int32'));
  const name = builtinOperators[number] ?? `builtin operator ${number}`;
  if (name !== 'CUSTOM') return { name, custom: false };
  return { name: text(code, customCode) || 'CUSTOM', custom: true };
}

function readBuffer(entry: FlatTable): Uint8Array | undefined {
  const { data, offset, size } = schema.buffer;
  const at = uint64(entry, offset);
  // 0 and 1 are not offsets: writers use 1 as a mark that is filled in later.
  const bytes = at > 1 ? bytesAt(entry, at, uint64(entry, size)) : bytesOf(entry, data);
  return bytes?.length ? bytes : undefined;
}

/** Where constants are read from. */
interface Constants {
  readonly buffers: readonly (Uint8Array | undefined)[];
  /** Bytes that sparse ones may still have when they are dense. */
  denseBytes: number;
}

/** Bytes that the sparse constants of a small file may have; those of another sixteen times the file. */
const leastDenseBytes = 2 ** 26;

const sparseElementBytes: Partial<Record<FileTensor['type'], number>> = { int8: 1, float16: 2, float32: 4 };

function readTensor(
  entry: FlatTable,
  index: number,
  constants: Constants,
  invalid: (what: string) => Error,
): FileTensor {
  const { buffers } = constants;
  const name = text(entry, schema.tensor.name) ?? `tensor ${index}`;
  const typeNumber = scalar(entry, schema.tensor.type, 'Int8');
  const type = schema.tensorTypes[typeNumber];
  if (!type) throw invalid(`tensor ${index} "${shortName(name)}" has the type ${typeNumber}`);
  const buffer = scalar(entry, schema.tensor.buffer, 'Uint32');
  if (buffer !== 0 && buffer >= buffers.length) {
    throw invalid(`tensor ${index} "${shortName(name)}" names buffer ${buffer} of ${buffers.length}`);
  }
  const shape = int32s(entry, schema.tensor.shape);
  if (shape.length > mostAxes) throw invalid(`tensor ${index} has ${shape.length} axes`);
  const sparse = table(entry, schema.tensor.sparsity);
  const stored = buffers[buffer];
  const size = sparseElementBytes[type];
  const isDense = sparse !== undefined && stored !== undefined && size !== undefined && shape.every((n) => n >= 1);
  const sparseFault = (what: string) => invalid(`the sparse tensor ${index} "${shortName(name)}": ${what}`);
  if (isDense) {
    constants.denseBytes -= elements(shape) * size;
    if (constants.denseBytes < 0)
      throw sparseFault(`the sparse tensors are too large (together ${leastDenseBytes} bytes, or 16 times the file)`);
  }
  return {
    index,
    name,
    shape,
    shapeSignature: int32s(entry, schema.tensor.shapeSignature),
    type,
    quantization: readQuantization(table(entry, schema.tensor.quantization)),
    bytes: isDense ? denseBytes(sparse, stored, shape, size, sparseFault) : stored,
    isVariable: scalar(entry, schema.tensor.isVariable, 'Uint8') !== 0,
    isSparse: sparse !== undefined && !isDense,
  };
}

function readQuantization(entry: FlatTable | undefined): FileQuantization | undefined {
  if (!entry) return undefined;
  const scale = float32s(entry, schema.quantization.scale);
  if (scale.length === 0) return undefined;
  return {
    scale,
    zeroPoint: int64s(entry, schema.quantization.zeroPoint),
    dimension: scalar(entry, schema.quantization.quantizedDimension, 'Int32'),
  };
}
