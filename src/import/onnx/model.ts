import type { Constant } from '../nchw/value.ts';

/** A network of ONNX: nodes in the order of execution, and tensors by name. */
export interface OnnxModel {
  readonly source: string;
  /** The version of the operators of ONNX itself. */
  readonly opset: number;
  readonly nodes: readonly OnnxNodeData[];
  /** Tensors that the user gives, in order. */
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  /** Initialisers by name, read when they are wanted. */
  readonly constants: ReadonlyMap<string, OnnxConstant>;
}

/** A size is a number, or the name of one that the file leaves open. */
export type Size = number | string;

export interface OnnxTensor {
  readonly name: string;
  /** Absent: the file does not say it. */
  readonly shape?: readonly Size[];
  readonly dtype: string;
}

export interface OnnxConstant {
  readonly dtype: string;
  /** How many values it has. */
  readonly count: number;
  /** Its values. Throws file-invalid. */
  read(): Constant;
}

export type Attribute =
  | { readonly kind: 'float' | 'int'; readonly value: number }
  | { readonly kind: 'floats' | 'ints'; readonly values: readonly number[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'strings'; readonly values: readonly string[] }
  | { readonly kind: 'tensor'; readonly tensor: OnnxConstant }
  | { readonly kind: 'other'; readonly what: string };

export interface OnnxNodeData {
  readonly index: number;
  /** Its name, or that of its first output. */
  readonly name: string;
  /** `Conv`; those of other domains have it in front: `com.microsoft.QLinearAdd`. */
  readonly op: string;
  /** Names of tensors; '' for an optional one that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}
