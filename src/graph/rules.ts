import type { DType } from './tensor.ts';

/** What an op says of its operands: which rows it reads, how they are padded and quantised, what becomes of their channels. */

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
  /** The input whose scale and zero point it has, where it has no quantisation of its own. */
  readonly sameAs?: string;
  /** The inputs whose scales its own is the product of, as that of a bias is. Its zero point is 0. */
  readonly productOf?: readonly [string, string];
  /** The one scale and zero point there may be, where the op's range is known: 1/256 and −128 for a softmax. */
  readonly fixed?: { readonly scale: number; readonly zeroPoint: number };
  readonly optional?: boolean;
  /** The last rule of an op's inputs: it holds for any number of them. */
  readonly repeated?: true;
}

/** The operands that an op has. */
interface OperandRules {
  readonly operands: { readonly inputs: readonly OperandRule[] };
}

/** The rule of input `i`; undefined where there are not as many. */
export const inputRule = ({ operands: { inputs } }: OperandRules, i: number): OperandRule | undefined =>
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

/** What training saw of a node's output before its activation, by channel: mean and standard deviation. */
export interface TrainedOutput {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** What is multiplied and added by channel, in double. */
export interface ChannelFactors {
  readonly scale: Float64Array;
  readonly offset: Float64Array;
  readonly trained: TrainedOutput;
}

/** Where the rows, columns and channels of y come from: 0 rows, 1 columns, 2 channels of x. */
export type AxisOrder = readonly [h: number, w: number, c: number];
