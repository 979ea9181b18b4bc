import type { Constant } from '../nchw/value.ts';

/** An exported program of PyTorch, whichever archive it comes from: nodes in the order of execution, and tensors by name. */
export interface Program {
  readonly source: string;
  readonly nodes: readonly ProgramNode[];
  /** Tensors that the user gives, in order. */
  readonly inputs: readonly ProgramTensor[];
  /** Names of what the program gives, in order. */
  readonly outputs: readonly string[];
  /** Parameters, buffers and constants, by the name that nodes have for them. */
  readonly constants: ReadonlyMap<string, ProgramConstant>;
  /** The shapes that the file declares, by the names of tensors. */
  readonly shapes: ReadonlyMap<string, readonly Size[]>;
  /** Buffers that the signature says a run changes. */
  readonly changed: readonly ChangedBuffer[];
}

/** A size is a number, or the name of one that the file leaves open. */
export type Size = number | string;

export interface ProgramTensor {
  readonly name: string;
  readonly shape: readonly Size[];
  readonly dtype: string;
}

/** A buffer by its name in the module, and the tensor that it becomes at the end of a run. */
export interface ChangedBuffer {
  readonly buffer: string;
  readonly next: string;
}

export interface ProgramConstant {
  /** Its name in the module. */
  readonly path: string;
  /** Its values, read when they are wanted. Throws file-invalid. */
  read(): Constant;
}

export type Argument =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly name: string }
  | { readonly kind: 'values'; readonly names: readonly (string | undefined)[] }
  | { readonly kind: 'number'; readonly value: number }
  /** Numbers, and names of numbers that are computed. */
  | { readonly kind: 'numbers'; readonly values: readonly (number | string)[] }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'flag'; readonly value: boolean }
  /** A type of elements. */
  | { readonly kind: 'type'; readonly dtype: string }
  | { readonly kind: 'other'; readonly what: string };

/** A module around a node. */
export interface ProgramModule {
  readonly path: string;
  /** `torch.nn.modules.conv.Conv2d`. */
  readonly type: string;
}

export interface ProgramNode {
  readonly index: number;
  /** `aten.conv2d.default`. */
  readonly target: string;
  readonly arguments: ReadonlyMap<string, Argument>;
  readonly outputs: readonly string[];
  /** The modules around it, outermost first, without the network itself. */
  readonly modules: readonly ProgramModule[];
}

/** Types of elements by their number in the file, as PyTorch's schema counts them. */
export const scalarTypes: Readonly<Record<number, string>> = {
  1: 'uint8',
  2: 'int8',
  3: 'int16',
  4: 'int32',
  5: 'int64',
  6: 'float16',
  7: 'float32',
  8: 'float64',
  12: 'bool',
  13: 'bfloat16',
};
