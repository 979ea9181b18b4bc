import type { Values } from '../format/values.ts';
import type { Activation } from './attributes.ts';
import type { NodeView } from './graph.ts';
import type { Kernel } from './kernel.ts';
import type { DType, NHWC, Padding, Tensor } from './tensor.ts';

/**
 * Which rows of an input the output rows [first, first + count) need. The planner and the executor know nothing else of
 * an op's meaning.
 *
 *   window  rows first·stride − top … (first + count − 1)·stride − top + (window − 1)·dilation; those outside the input
 *           are padding. An elementwise op is the window 1 with stride 1.
 *   flat    the rows that hold the same run of elements in row-major order (a reshape)
 *   once    row 0, whatever the output row: an operand that is broadcast over rows
 *   span    rows [first, end) of x for each output row, both growing with it: an op that makes more rows than it reads
 *   whole   every row, with the reason why no smaller set will do
 */
export type RowRule =
  | {
      readonly kind: 'window';
      readonly window: number;
      readonly stride: number;
      readonly dilation: number;
      readonly top: number;
    }
  | { readonly kind: 'flat' }
  | { readonly kind: 'once' }
  | { readonly kind: 'span'; rows(y: number): readonly [first: number, end: number] }
  | { readonly kind: 'whole'; readonly reason: string };

export const oneToOne: RowRule = { kind: 'window', window: 1, stride: 1, dilation: 1, top: 0 };

/** Padding columns that an op wants beside the rows of an input, and whether it reads rows of zero points beyond its edges. */
export interface PaddingNeed {
  readonly left: number;
  readonly right: number;
  /** True when rows above or below the image are read as rows of zero points (convolutions); pools get valid ranges instead. */
  readonly zeroRow: boolean;
}

/** How one operand of an op is quantised: the table of TFLite's quantisation specification as data. */
export interface OperandRule {
  readonly name: string;
  readonly dtypes: readonly DType[];
  readonly per?: 'tensor' | 'channel';
  readonly axis?: number;
  readonly range?: readonly [min: number, max: number];
  /** Where the scale comes from when it is not free: 'x·weights' for a bias, 'x' for an op that keeps its input's. */
  readonly scale?: string;
  /** The one scale and zero point there may be, where the op's range is known: 1/256 and −128 for a softmax. */
  readonly fixed?: { readonly scale: number; readonly zeroPoint: number };
  readonly optional?: boolean;
  /** The last rule of an op's inputs: it holds for any number of them. */
  readonly repeated?: true;
}

/** The rule of input `i`; undefined where there are not as many. */
export const inputRule = ({ operands: { inputs } }: Pick<Op, 'operands'>, i: number): OperandRule | undefined =>
  inputs[i] ?? (inputs.at(-1)?.repeated ? inputs.at(-1) : undefined);

/** An axis of a constant that runs over channels: once, or in several runs one after the other. */
export interface ChannelAxis {
  readonly input: number;
  readonly axis: number;
}

/**
 * What an op makes of the order of the channels of input 0, for passes that put them into another:
 *
 *   each   channel c of y comes from channel c of x alone, with the values at c of `constants`
 *   mixed  channels of y come from all those of x; `x` runs over the channels of x, `y` over those of y
 */
export type ChannelRule =
  | { readonly kind: 'each'; readonly constants: readonly ChannelAxis[] }
  | { readonly kind: 'mixed'; readonly x: readonly ChannelAxis[]; readonly y: readonly ChannelAxis[] };

/** Every channel alike. */
export const eachChannel: ChannelRule = { kind: 'each', constants: [] };

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
  /** True when the op on a batch is the op on each image alone. */
  batchSeparable(view: NodeView<Attributes>): boolean;
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

export type { NHWC };
