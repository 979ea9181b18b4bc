import type { DType } from '../graph/tensor.ts';

/** A model as its file has it, whatever the format: operators that name tensors by their index. A reader makes one. */
export interface FileModel<Operator extends FileOperator = FileOperator> {
  readonly source: string;
  readonly tensors: readonly FileTensor[];
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** What is kept from one run to the next. Absent: nothing. */
  readonly variables?: readonly FileVariable[];
}

/** State between runs. Operators read and make tensors; nothing is assigned on the way. */
export interface FileVariable {
  readonly name: string;
  /** Its value at the start of a run: a tensor that no operator makes. */
  readonly value: number;
  /** The tensor that it becomes; `value` where no run changes it. */
  readonly next: number;
  /** Its first value, little-endian. */
  readonly bytes: Uint8Array;
  /** The operator of the file that reads it first, for messages. */
  readonly reader: { readonly index: number; readonly name: string };
}

/** A tensor as the file has it. */
export interface FileTensor {
  readonly index: number;
  readonly name: string;
  readonly shape: readonly number[];
  /** The shape with −1 for sizes that the file leaves open; empty when all are fixed. */
  readonly shapeSignature: readonly number[];
  readonly type: FileType;
  readonly quantization: FileQuantization | undefined;
  /** The bytes of a constant, little-endian. */
  readonly bytes: Uint8Array | undefined;
  readonly isVariable: boolean;
  readonly isSparse: boolean;
  /** The file has uint8 values and zero points, 128 more than here (tflite/shift-uint8.ts). */
  readonly shifted?: true;
}

export interface FileQuantization {
  readonly scale: readonly number[];
  readonly zeroPoint: readonly number[];
  readonly dimension: number;
}

/** An operator as the file has it. Its options are the reader's own. */
export interface FileOperator {
  readonly index: number;
  /** The format's name for it, or the name of a custom operator. */
  readonly name: string;
  readonly custom: boolean;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** The file does not have it: it stands at a border of legacy uint8, and has no problems of its own. */
  readonly inserted?: true;
}

/** Every type that a tensor of a file may have, supported or not, by its name in messages. */
export type FileType =
  | 'bool'
  | 'int4'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'float16'
  | 'bfloat16'
  | 'float32'
  | 'float64'
  | 'complex64'
  | 'complex128'
  | 'string'
  | 'resource'
  | 'variant';

/** Types that a graph can name. */
export const dtypes: Partial<Record<FileType, DType>> = {
  int8: 'i8',
  uint8: 'u8',
  int16: 'i16',
  int32: 'i32',
  int64: 'i64',
  float32: 'f32',
  bool: 'bool',
};

/** The type of a tensor of the graph, as files call it. */
export const typeNames: Readonly<Record<DType, FileType>> = {
  i8: 'int8',
  u8: 'uint8',
  i16: 'int16',
  i32: 'int32',
  i64: 'int64',
  f16: 'float16',
  f32: 'float32',
  bool: 'bool',
};
