import type { ModelFile } from '../../format/model-file.ts';
import type { Values } from '../../format/values.ts';
import type { Graph } from '../../graph/graph.ts';
import type { TensorId } from '../../graph/tensor.ts';

/** Who made a tensor. */
export interface Maker {
  /** Of the node in the user's file. */
  readonly index: number;
  readonly op: string;
  readonly name: string;
}

/** One tensor of one run on one image. */
export interface Traced {
  /** What it may be called, the best name first. */
  readonly names: readonly string[];
  /** As the graph or the dump has it; NHWC where it is a graph's. */
  readonly shape: readonly number[];
  readonly values: Values;
  /** Absent for real values, and where a dump does not say. */
  readonly quantization?: { readonly scale: number; readonly zeroPoint: number };
  /** Absent for inputs, and where a dump does not say. */
  readonly maker?: Maker;
  /** What it was made of: positions in the list of tensors. Absent where that is not known. */
  readonly reads?: readonly number[];
  /** It is an input of the model. */
  readonly input?: true;
  /** Its place in the graph of the trace. */
  readonly id?: TensorId;
  /** What makes it in the compiled model of the trace. */
  readonly stage?: number;
}

/** All that is known of one run: its tensors in the order in which they were made. */
export interface Trace {
  readonly tensors: readonly Traced[];
  /** Where there is one, layers can be computed again by other rules. */
  readonly graph?: Graph;
  /** The model as it was compiled. */
  readonly file?: ModelFile;
  /** The graph as it would be with another constant in something that was folded away; its nodes are those of `graph`. */
  readonly variants?: readonly Variant[];
}

/** A graph that differs in the values of its constants alone. */
export interface Variant {
  readonly rule: string;
  /** What it does otherwise, and what the graph itself does: ends of sentences that begin with a name. */
  readonly does: string;
  readonly instead: string;
  readonly graph: Graph;
}

export const nameOf = ({ names }: Traced): string => names[0] ?? '';
