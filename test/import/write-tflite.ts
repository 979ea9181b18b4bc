import { Builder } from 'flatbuffers';
import type { FileType } from '../../src/import/file-model.ts';
import { builtinOperators } from '../../src/import/tflite/operator-names.ts';
import * as schema from '../../src/import/tflite/schema.ts';

/** One level of a sparse tensor: all places, or those of each segment. */
export type WriteLevel =
  | { readonly size: number }
  | {
      readonly segments: readonly number[];
      readonly indices: readonly number[];
      /** How integers are stored: of four, two or one byte. */
      readonly bytes?: 1 | 2 | 4;
    };

export interface WriteSparsity {
  readonly order: readonly number[];
  readonly blockMap?: readonly number[];
  readonly levels: readonly WriteLevel[];
}

export interface WriteTensor {
  readonly name?: string;
  readonly shape: readonly number[];
  readonly shapeSignature?: readonly number[];
  readonly type?: FileType;
  readonly scale?: readonly number[];
  readonly zeroPoint?: readonly number[];
  readonly dimension?: number;
  readonly bytes?: Uint8Array;
  readonly isVariable?: boolean;
  readonly isSparse?: boolean;
  readonly sparsity?: WriteSparsity;
}

export interface WriteOperator {
  /** A builtin name, or that of a custom operator. */
  readonly name: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly optionsType?: number;
  /** Options of a custom operator. */
  readonly customOptions?: Uint8Array;
  /** Fields of the option table: slot, kind, value. */
  readonly options?: readonly (
    | readonly [slot: number, kind: 'int8' | 'int32' | 'float32', value: number]
    | readonly [slot: number, kind: 'string', value: string]
  )[];
}

export interface WriteModel {
  readonly version?: number;
  readonly identifier?: string;
  readonly subgraphs?: number;
  /** Names of the subgraphs, which are all alike. */
  readonly subgraphNames?: readonly string[];
  /** Names of signatures, each with its subgraph. */
  readonly signatures?: readonly (readonly [key: string, subgraph: number])[];
  /** What the buffer TFLITE_METADATA holds. */
  readonly metadata?: Uint8Array;
  readonly tensors: readonly WriteTensor[];
  readonly operators: readonly WriteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** A second subgraph, without inputs and outputs, for CALL_ONCE. */
  readonly called?: { readonly tensors: readonly WriteTensor[]; readonly operators: readonly WriteOperator[] };
  /** Writes the number of a builtin in the one-byte field only, as files before schema version 3a do. */
  readonly oldCodes?: boolean;
}

const int32Bytes = (values: readonly number[]): Uint8Array => new Uint8Array(Int32Array.from(values).buffer);

export { int32Bytes };

/** A small .tflite file for tests. */
export function writeTflite(model: WriteModel): Uint8Array {
  const b = new Builder(1024);
  const table = (fields: readonly (readonly [slot: number, add: (slot: number) => void])[]): number => {
    b.startObject(16);
    for (const [slot, add] of fields) add(slot);
    return b.endObject();
  };
  const offset = (at: number) => (slot: number) => b.addFieldOffset(slot, at, 0);
  const int8 = (value: number) => (slot: number) => b.addFieldInt8(slot, value, 0);
  const int32 = (value: number) => (slot: number) => b.addFieldInt32(slot, value, 0);
  const vector = <T>(values: readonly T[], bytes: number, add: (value: T) => void): number => {
    b.startVector(bytes, values.length, bytes);
    for (const value of [...values].reverse()) add(value);
    return b.endVector();
  };
  const int32s = (values: readonly number[]) => vector(values, 4, (value) => b.addInt32(value));
  const offsets = (values: readonly number[]) => vector(values, 4, (value) => b.addOffset(value));

  /** The union of tables for integers of four, two and one byte: its tag, and its table. */
  const integers = (values: readonly number[], bytes: 1 | 2 | 4): readonly [tag: number, table: number] => {
    const write = { 1: b.addInt8, 2: b.addInt16, 4: b.addInt32 }[bytes].bind(b);
    const list = vector(values, bytes, write);
    return [{ 4: 1, 2: 2, 1: 3 }[bytes], table([[schema.sparseVector.values, offset(list)]])];
  };
  const sparsityOf = ({ order, blockMap = [], levels }: WriteSparsity): number => {
    const metadata = levels.map((level) => {
      const { format, denseSize, segments, segmentsType, indices, indicesType } = schema.dimensionMetadata;
      if ('size' in level) return table([[denseSize, int32(level.size)]]);
      const [[segmentsTag, segmentsTable], [indicesTag, indicesTable]] = [level.segments, level.indices].map((list) =>
        integers(list, level.bytes ?? 4),
      ) as [readonly [number, number], readonly [number, number]];
      return table([
        [format, int8(1)],
        [segmentsType, int8(segmentsTag)],
        [segments, offset(segmentsTable)],
        [indicesType, int8(indicesTag)],
        [indices, offset(indicesTable)],
      ]);
    });
    const [orderList, mapList, metadataList] = [int32s(order), int32s(blockMap), offsets(metadata)];
    return table([
      [schema.sparsity.traversalOrder, offset(orderList)],
      [schema.sparsity.blockMap, offset(mapList)],
      [schema.sparsity.dimMetadata, offset(metadataList)],
    ]);
  };
  const parts = [{ tensors: model.tensors, operators: model.operators }, ...(model.called ? [model.called] : [])];
  const constants = parts.flatMap(({ tensors }) => tensors).filter(({ bytes }) => bytes);
  const buffers = [
    table([]),
    ...constants.map(({ bytes = new Uint8Array() }) => {
      const data = vector([...bytes], 1, (value) => b.addInt8(value));
      return table([[schema.buffer.data, offset(data)]]);
    }),
  ];
  if (model.metadata) {
    const data = vector([...model.metadata], 1, (value) => b.addInt8(value));
    buffers.push(table([[schema.buffer.data, offset(data)]]));
  }
  const writeTensor = (tensor: WriteTensor, i: number): number => {
    const name = b.createString(tensor.name ?? `t${i}`);
    const shape = int32s(tensor.shape);
    const signature = int32s(tensor.shapeSignature ?? []);
    const { scale = [], zeroPoint = [], dimension = 0 } = tensor;
    const scales = vector(scale, 4, (value) => b.addFloat32(value));
    const zeroPoints = vector(zeroPoint, 8, (value) => b.addInt64(BigInt(value)));
    const quantization = table([
      [schema.quantization.scale, offset(scales)],
      [schema.quantization.zeroPoint, offset(zeroPoints)],
      [schema.quantization.quantizedDimension, int32(dimension)],
    ]);
    const sparsity = tensor.sparsity ? sparsityOf(tensor.sparsity) : tensor.isSparse ? table([]) : 0;
    return table([
      [schema.tensor.shape, offset(shape)],
      [schema.tensor.type, int8(schema.tensorTypes.indexOf(tensor.type ?? 'int8'))],
      [schema.tensor.buffer, int32(constants.indexOf(tensor) + 1)],
      [schema.tensor.name, offset(name)],
      [schema.tensor.quantization, offset(quantization)],
      [schema.tensor.isVariable, int8(tensor.isVariable ? 1 : 0)],
      [schema.tensor.sparsity, offset(sparsity)],
      [schema.tensor.shapeSignature, offset(signature)],
    ]);
  };
  const codes = [...new Set(parts.flatMap(({ operators }) => operators).map(({ name }) => name))];
  const writeOperator = (operator: WriteOperator): number => {
    const inputs = int32s(operator.inputs);
    const outputs = int32s(operator.outputs);
    const custom = operator.customOptions ? b.createByteVector(operator.customOptions) : 0;
    const options = operator.options
      ? table(
          operator.options.map(([slot, kind, value]) => {
            if (kind === 'string') return [slot, offset(b.createString(value))];
            if (kind === 'float32') return [slot, (at: number) => b.addFieldFloat32(at, value, 0)];
            return [slot, kind === 'int8' ? int8(value) : int32(value)];
          }),
        )
      : 0;
    return table([
      [schema.operator.opcodeIndex, int32(codes.indexOf(operator.name))],
      [schema.operator.inputs, offset(inputs)],
      [schema.operator.outputs, offset(outputs)],
      [schema.operator.optionsType, int8(operator.optionsType ?? 0)],
      [schema.operator.options, offset(options)],
      [schema.operator.customOptions, offset(custom)],
    ]);
  };
  const operatorCodes = codes.map((name) => {
    const builtin = builtinOperators.indexOf(name);
    const number = builtin >= 0 ? builtin : builtinOperators.indexOf('CUSTOM');
    const custom = builtin >= 0 ? 0 : b.createString(name);
    return table([
      [schema.operatorCode.deprecatedBuiltinCode, int8(Math.min(number, 127))],
      [schema.operatorCode.customCode, offset(custom)],
      [schema.operatorCode.builtinCode, int32(model.oldCodes ? 0 : number)],
    ]);
  });
  const written = parts.map(({ tensors, operators }) => ({
    tensors: offsets(tensors.map(writeTensor)),
    operators: offsets(operators.map(writeOperator)),
  }));
  const [inputs, outputs, none] = [int32s(model.inputs), int32s(model.outputs), int32s([])];
  const subgraph = (
    { tensors, operators }: { tensors: number; operators: number },
    i: number,
    isMain: boolean,
  ): number => {
    const name = model.subgraphNames?.[i] === undefined ? 0 : b.createString(model.subgraphNames[i]);
    return table([
      [schema.subgraph.name, offset(name)],
      [schema.subgraph.tensors, offset(tensors)],
      [schema.subgraph.inputs, offset(isMain ? inputs : none)],
      [schema.subgraph.outputs, offset(isMain ? outputs : none)],
      [schema.subgraph.operators, offset(operators)],
    ]);
  };
  const [main, ...called] = written as [{ tensors: number; operators: number }];
  const all = Array.from({ length: model.subgraphs ?? 1 }, (_, i) => subgraph(main, i, true));
  const subgraphs = offsets([...all, ...called.map((one, i) => subgraph(one, all.length + i, false))]);
  const codeList = offsets(operatorCodes);
  const bufferList = offsets(buffers);
  const metadataName = b.createString('TFLITE_METADATA');
  const metadata = offsets(
    model.metadata
      ? [
          table([
            [schema.metadata.name, offset(metadataName)],
            [schema.metadata.buffer, int32(buffers.length - 1)],
          ]),
        ]
      : [],
  );
  const signatures = offsets(
    (model.signatures ?? []).map(([key, index]) => {
      const text = b.createString(key);
      return table([
        [schema.signature.key, offset(text)],
        [schema.signature.subgraph, int32(index)],
      ]);
    }),
  );
  const root = table([
    [schema.model.version, int32(model.version ?? 3)],
    [schema.model.operatorCodes, offset(codeList)],
    [schema.model.subgraphs, offset(subgraphs)],
    [schema.model.buffers, offset(bufferList)],
    [schema.model.metadata, offset(metadata)],
    [schema.model.signatures, offset(signatures)],
  ]);
  b.finish(root, model.identifier ?? 'TFL3');
  return b.asUint8Array().slice();
}
