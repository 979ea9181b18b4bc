import type { Values } from '../format/values.ts';
import type { Activation } from './attributes.ts';
import type {
  AxisOrder,
  ChannelFactors,
  ChannelRule,
  OperandRule,
  PaddingNeed,
  RowRule,
  TrainedOutput,
} from './rules.ts';
import type { Padding, Tensor, TensorId } from './tensor.ts';

/** An op on input 0 of a node, with constants as its other inputs. */
export interface Equivalent<Attributes = unknown> {
  readonly op: Op<Attributes>;
  readonly attributes: Attributes;
  readonly constants: readonly Tensor[];
}

/** An op and its attributes, which go together, in place of a node's. */
export const equivalent = <Attributes>(
  op: Op<Attributes>,
  attributes: Attributes,
  constants: readonly Tensor[] = [],
): Equivalent => ({ op: op, attributes, constants });

/**
 * What an operator means. One file in src/ops/ each; stages that are generic (quantiser, planner, packer, inspector) read
 * these properties and never ask for a type.
 */
export interface Op<Attributes = unknown> {
  readonly type: string;
  /** One line for docs/operators.md and messages. */
  readonly summary: string;
  /** Shapes of the outputs. Throws an Error that names the sizes at fault where the inputs do not fit. */
  outputShapes(inputs: readonly (Tensor | undefined)[], attributes: Attributes): readonly (readonly number[])[];
  /** Multiply-accumulates of one image. */
  macs(view: NodeView<Attributes>): number;
  /** The rows of input `input` that output rows need. */
  rows(view: NodeView<Attributes>, input: number): RowRule;
  /** The same in words, for docs/operators.md: those of test/analyze/operators.test.ts for each kind of rule. */
  readonly rowsRead: string;
  /** Padding that the op reads beside input `input`; absent: none. */
  padding?(view: NodeView<Attributes>, input: number): PaddingNeed | undefined;
  /**
   * The attributes that do the same on input 0 without a border of `padding` zero points around it. Absent: the op cannot
   * make up a border itself, or (pools) treats padding otherwise than zero points.
   */
  withPadding?(attributes: Attributes, padding: Padding): Attributes;
  /**
   * The attributes that also clamp the output as `activation` does; undefined where the two clamps together are none of
   * the activations there are. Absent: the op has no clamp of its own.
   */
  withActivation?(attributes: Attributes, activation: Activation): Attributes | undefined;
  /** The activation that the op is, where it is a clamp and nothing else. Absent: it is more than that. */
  clamp?(attributes: Attributes): Activation;
  /**
   * How wide y's frame of zero points around x is, where y is x and that frame; undefined where the frame has channels too.
   * Absent: y is something else.
   */
  border?(attributes: Attributes): Padding | undefined;
  /**
   * y = x · scale + offset by channel, in real values; undefined where the factors are computed. Throws an Error that names
   * the channel where they are not finite. Absent: y is something else.
   */
  factors?(view: NodeView<Attributes>): ChannelFactors | undefined;
  /** Axis k of y is axis order[k] of x (0 rows, 1 columns, 2 channels). Absent: the op does not only move axes. */
  axisOrder?(attributes: Attributes): AxisOrder;
  /** The attributes that move axes in another order. */
  withAxisOrder?(order: AxisOrder): Attributes;
  /** Channel c of y is channel order[c] of the inputs side by side. Absent: the op does not only select channels. */
  channelOrder?(attributes: Attributes): readonly number[];
  /** The attributes that select channels in another order. */
  withChannelOrder?(order: readonly number[]): Attributes;
  /** Another op that does the same here with input 0; undefined: there is none. Passes take it where they say so. */
  equivalent?(view: NodeView<Attributes>): Equivalent | undefined;
  /**
   * The op on one int8 input that gives `table[q + 128]` for its value q, an int8 or a real one. Only ops have it each of whose outputs
   * depends on the values of the inputs at its own place and on nothing else; constants of one value are at every place. Absent: it
   * depends on more.
   */
  asTable?(table: readonly number[]): Equivalent;
  /**
   * The op that gives what this one gives of the real values of an int8 input 0; undefined: there is none for these attributes.
   * Absent: there is none.
   */
  ofDequantized?(attributes: Attributes): Equivalent | undefined;
  /** Inputs whose memory the output may take over row by row, when their layouts are equal. */
  readonly mayOverwrite: readonly number[];
  /** The output is the input's elements in the same order, so that it may lie in the input's memory. Absent: it is not. */
  readonly view?: true;
  /**
   * The first of the input's channels that the output is, where it is some of them, side by side, at every pixel in order:
   * it may then lie among the input's pixels. Absent or undefined: it is not.
   */
  part?(view: NodeView<Attributes>): number | undefined;
  /**
   * The first channel of the output that each input is, where the output is its inputs side by side at every pixel: inputs
   * may then be made where the output lies, and the kernel runs once for each of the others. Absent: it is not.
   */
  places?(view: NodeView<Attributes>): readonly number[];
  /** What becomes of the order of channels, where all inputs but the first are constants. Absent or undefined: neither. */
  channels?(view: NodeView<Attributes>): ChannelRule | undefined;
  /** How many values the output may have, where they are indices of classes. Absent: they are not. */
  classes?(view: NodeView<Attributes>): number;
  readonly operands: { readonly inputs: readonly OperandRule[]; readonly outputs: readonly OperandRule[] };
  /** The slow, obvious definition on quantised data and what borders have: plain loops, no code shared with the kernels. Fills the outputs. */
  reference(view: NodeView<Attributes>, inputs: readonly (Values | undefined)[], outputs: readonly Values[]): void;
  /**
   * The op on real values: plain loops in float32, every operation rounded (Math.fround), summed in the order of the
   * weights' axes after the bias. Float execution must give these bits. Fills the outputs. Absent: the op is for
   * quantised tensors only, and f32 operands are refused.
   */
  float?(
    view: NodeView<Attributes>,
    inputs: readonly (Float32Array | undefined)[],
    outputs: readonly Float32Array[],
  ): void;
  /** Kernels that can run it, best first; the packer takes the first that accepts. */
  readonly kernels: readonly Kernel<Attributes>[];
}

/** An op as stages hold it, whatever its attributes are. */
// biome-ignore lint/suspicious/noExplicitAny: attributes are private to an op and its kernels
export type AnyOp = Op<any>;

export const defineOp = <Attributes>(op: Op<Attributes>): Op<Attributes> => op;

/** A block that a node is part of: its module path in the user's network, and what it is (LiteBlock, InvertedResidual …). */
export interface Block {
  /** The path of the module, such as "features.3". */
  readonly path: string;
  /** The type of the module, such as "InvertedResidual". */
  readonly type: string;
}

/** One operation. It holds its op's definition, so that generic stages ask the op and never switch on its name. */
export interface Node<Attributes = unknown> {
  /** Position in the user's file, for messages; the node's own position where it comes from a builder. */
  readonly index: number;
  /** What the user calls it: the file's op name and the output tensor's name, or a module path. */
  readonly name: string;
  /** What it computes. */
  readonly op: Op<Attributes>;
  /** The tensors that it reads; −1 is an optional one that is absent. */
  readonly inputs: readonly TensorId[];
  /** The tensors that it makes. */
  readonly outputs: readonly TensorId[];
  /** Strides, paddings and the like; the operator defines their type. */
  readonly attributes: Attributes;
  /** The blocks around it, outermost first; absent: none. */
  readonly blocks?: readonly Block[];
  /** Known where a batch normalisation was folded into the node; absent elsewhere. */
  readonly trained?: TrainedOutput;
}

/** A node with its tensors looked up: what ops and kernels are handed. An absent optional input is undefined. */
export interface NodeView<Attributes = unknown> {
  readonly node: Node<Attributes>;
  readonly attributes: Attributes;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: readonly Tensor[];
  /**
   * How accumulators become int8, in place of TFLite's two roundings. Plain references ask for it, kernels do not: it is
   * there to find out what another runtime has done.
   */
  readonly requantize?: Requantize;
}

/** acc · multiplier · 2^(shift − 31), rounded somehow. */
export type Requantize = (acc: number, multiplier: number, shift: number) => number;

/** What a packing half may add to the model file. */
export interface PackContext {
  /** Appends to the data section, 16-byte aligned; returns the byte offset there. Equal bytes are stored once. */
  data(bytes: ArrayBufferView): number;
}

/** A stage record's words by field name (src/format/instructions.ts lists the fields of each opcode). */
export type StageWords = Readonly<Record<string, number>>;

/** The TypeScript half of a compute routine; assembly/kernels/ has the other half under the same name. */
export interface Kernel<Attributes = unknown> {
  readonly name: string;
  /** The opcode of its records in src/format/instructions.ts. */
  readonly opcode: string;
  /** undefined when the kernel can run the node, otherwise why not. */
  refuses(view: NodeView<Attributes>): string | undefined;
  /**
   * Positions among the node's inputs of the operands x and x2. Absent: [0], where every other input is a constant that
   * `pack` puts into the data section itself. Of an op with `places` all inputs, one of which is x at a time.
   */
  operands?(view: NodeView<Attributes>): readonly number[];
  /**
   * Whether the pixels of x and x2 may lie further apart than they have channels, as those of a part of a tensor do.
   * Absent: they may.
   */
  readsApart?(view: NodeView<Attributes>): boolean;
  /** Whether it writes nothing between the pixels of y where those lie apart. Absent: nothing. */
  readonly writesApart?: false;
  /** Bytes of scratch beside the executor's row tables for steps of `rows` output rows. Absent: none. */
  scratchBytes?(view: NodeView<Attributes>, rows: number): number;
  /** Fields of the record beside the header, which the packer writes. */
  pack(view: NodeView<Attributes>, context: PackContext): StageWords;
}

/** Bytes of scratch that a kernel wants beside the executor's row tables. */
export const scratchBytesOf = ({ scratchBytes }: Kernel, view: NodeView, rows: number): number =>
  scratchBytes?.(view, rows) ?? 0;

/** Whether a kernel takes pixels of its inputs that lie apart. */
export const mayReadApart = ({ readsApart }: Kernel, view: NodeView): boolean => readsApart?.(view) ?? true;

/** Whether a kernel writes pixels that lie apart, and nothing between them. */
export const mayWriteApart = ({ writesApart }: Kernel): boolean => writesApart ?? true;
