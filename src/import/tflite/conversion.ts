import type { Problem } from '../../format/errors.ts';
import type { Values } from '../../format/values.ts';
import type { Node } from '../../graph/op.ts';
import type { DType, Tensor, TensorId } from '../../graph/tensor.ts';
import type { FileModel, FileOperator, FileTensor } from './model.ts';

/**
 * The graph so far and everything that stands in the way. Conversion goes on after a problem, since each node can be
 * read from the shapes that the file declares: the user gets all of them at once.
 */
export interface Conversion {
  readonly model: FileModel;
  /** The tensors of `model`: shapes that are inferred are put in on the way. */
  readonly files: FileTensor[];
  /** Shapes behind the inputs are what operators make of them, whatever the file declares. */
  readonly infers: boolean;
  /** Activations whose shape is not known yet, or cannot be: what depends on them is not looked at. */
  readonly pending: Set<TensorId>;
  /** Images in every activation that has a batch axis. */
  readonly batch: number;
  readonly tensors: Tensor[];
  readonly nodes: Node[];
  readonly problems: Problem[];
  /** Values of constants by their buffer: buffers are shared between tensors, and tensors between nodes. */
  readonly values: Map<Uint8Array, Map<DType, Values>>;
  /** Activations by their index in the file. */
  readonly activations: Map<number, TensorId>;
  /** Activations that are at fault themselves: what nodes make of them is not checked further. */
  readonly broken: Set<TensorId>;
}

/** One operator on its way into the graph. */
export interface NodeConversion extends Conversion {
  readonly operator: FileOperator;
  /** The output that is being made: the first, or one of several. */
  readonly output: FileTensor;
  readonly outputs: readonly FileTensor[];
}

/** Adds the nodes of one operator, or problems. */
export type Converter = (node: NodeConversion) => void;

/** Problems that are collected: a file of a megabyte may have a million. */
const mostProblems = 10_000;

export function problem({ operator, output, problems }: NodeConversion, what: string): undefined {
  // What is wrong at a border is said of the operator beside it.
  if (operator.inserted || problems.length >= mostProblems) return;
  problems.push({ node: operator.index, op: operator.name, name: output.name, what });
}
