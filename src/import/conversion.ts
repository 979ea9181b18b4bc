import type { Values } from '../format/values.ts';
import type { AnyOp } from '../graph/op.ts';
import type { DType, TensorId } from '../graph/tensor.ts';
import type { FileModel, FileOperator, FileTensor } from './file-model.ts';
import type { GraphWriter, Site } from './graph-writer.ts';

/**
 * A model on its way into a graph. Conversion goes on after a problem, since each node can be read from the shapes that the
 * file declares.
 */
export interface Conversion<Operator extends FileOperator = FileOperator> {
  readonly model: FileModel<Operator>;
  readonly writer: GraphWriter;
  /** The tensors of `model`: shapes that are inferred are put in on the way. */
  readonly files: FileTensor[];
  /** Shapes behind the inputs are what operators make of them, whatever the file declares. */
  readonly infers: boolean;
  /** Values of constants by their buffer: buffers are shared between tensors, and tensors between nodes. */
  readonly values: Map<Uint8Array, Map<DType, Values>>;
  /** Activations by their index in the file. */
  readonly activations: Map<number, TensorId>;
}

/** One operator on its way into the graph. */
export interface NodeConversion<Operator extends FileOperator = FileOperator> extends Conversion<Operator> {
  readonly operator: Operator;
  /** The output that is being made: the first, or one of several. */
  readonly output: FileTensor;
  readonly outputs: readonly FileTensor[];
}

/** Adds the nodes of one operator, or problems. */
export type Converter<Operator extends FileOperator = FileOperator> = (node: NodeConversion<Operator>) => void;

/** What an importer's table says of one operator of its files. */
export interface OperatorEntry<Operator extends FileOperator = FileOperator> {
  /** Every op that it may become. */
  readonly becomes: readonly AnyOp[];
  /** It may have several outputs. */
  readonly several?: true;
  readonly convert: Converter<Operator>;
  /**
   * The shape of its output in the file's axes, for a converter that asks for it where shapes are inferred. Absent: the op
   * tells it. undefined where that of an input is not known.
   */
  readonly outputShape?: (node: NodeConversion<Operator>) => readonly number[] | undefined;
}

export const siteOf = ({ operator, output }: NodeConversion): Site => ({
  node: operator.index,
  op: operator.name,
  name: output.name,
  inserted: operator.inserted,
});

export const problem = (node: NodeConversion, what: string): undefined => node.writer.problem(siteOf(node), what);
