import type { Digest } from './digest.ts';
import type { elementBytes, Opcode, operandFields } from './instructions.ts';

/** 'L' 'B' 'M' 0, little-endian. */
export const magic = 0x004d424c;
/** Rises with every change of the layout. A reader takes this version alone: an older file is compiled again. */
export const version = 1;
/** The bit of the header's `features` that says that there are variables; those below are of opcodes. */
export const variablesFeature = 31;
export const headerBytes = 64;
export const alignment = 16;

/** Section ids. A reader skips ids it does not know. */
export const sections = {
  operands: 1,
  stages: 2,
  schedule: 3,
  interface: 4,
  data: 5,
  labels: 6,
  metadata: 7,
  digest: 8,
  variables: 9,
  postprocess: 10,
} as const;

/** Words of one input or output in the interface section. */
export const interfaceFields = [
  'kind', // 0 input, 1 output
  'operand',
  'dtype',
  'perImage', // 0: no batch axis, given once and reused for every image
  'imageBytes', // height · width · channels of one image, each of the dtype's bytes
  'rank', // of the shape in the user's file
  'size0',
  'size1',
  'size2',
  'size3',
  'size4',
  'size5',
  'scale', // float32 bits
  'zeroPoint',
  'reserved0',
  'reserved1',
] as const;

/** A tensor as the engine sees it: address, size, strides and quantisation, by the field names of docs/format.md. */
export type Operand = {
  readonly [Field in Exclude<(typeof operandFields)[number], 'reserved0' | 'reserved1'>]: number;
};

/** One record: its opcode and every other field by name, 0 where a field is not given. */
export interface StageRecord {
  /** What the engine computes. */
  readonly opcode: Opcode;
  /** The fields of the record, by name. */
  readonly words: Readonly<Record<string, number>>;
}

/** Produces the next `rows` output rows of stage `stage`. */
export interface Step {
  /** The index of the stage. */
  readonly stage: number;
  /** How many output rows it makes. */
  readonly rows: number;
}

/** An input or an output of a model. */
export interface InterfaceEntry {
  /** The index of its operand. */
  readonly operand: number;
  /** The name in the user's file. */
  readonly name: string;
  /** The type of its values: i8, u8, f32, i32 or i64. */
  readonly dtype: keyof typeof elementBytes;
  /** False where the values are given once and used for every image. */
  readonly perImage: boolean;
  /** Bytes of one image. */
  readonly imageBytes: number;
  /** As in the user's file. */
  readonly shape: readonly number[];
  /** The real value of one step; 0 where the values are not quantised. */
  readonly scale: number;
  /** The quantised value of real 0. */
  readonly zeroPoint: number;
}

/** What a person wants to know about a stage; the engine does not read it. */
export interface StageNote {
  /** The node's name in the user's file. */
  readonly name: string;
  /** The operator. */
  readonly op: string;
  /** The kernel that computes it. */
  readonly kernel: string;
  /** Index of the node in the user's file. */
  readonly node: number;
  /** Multiply-accumulates of one image. */
  readonly macs: number;
  /** Constant values: weights, biases and factors. */
  readonly parameters: number;
  /** The blocks around the node, outermost first, by module path; absent: none. */
  readonly blocks?: readonly {
    /** The path of the module, such as "features.3". */
    readonly path: string;
    /** The type of the module. */
    readonly type: string;
  }[];
}

/** How pixels become the model's real input: (pixel − mean) / std, in float32. One value, or one a channel, in pixel units. */
export interface Preprocessing {
  /** One number, or one for each channel, from 0 to 255. */
  readonly mean: readonly number[];
  /** One number, or one for each channel, in the same units; never 0. */
  readonly std: readonly number[];
}

/** What the engine never reads: JSON in the metadata section. */
export interface Metadata {
  /** The name of the model. */
  readonly name: string;
  /** Names of the inputs. */
  readonly inputs: readonly string[];
  /** Names of the outputs. */
  readonly outputs: readonly string[];
  /** Names of the variables; absent: there are none. */
  readonly variables?: readonly string[];
  /** One note for each stage. */
  readonly stages: readonly StageNote[];
  /** Of the first input; absent: its values are given as they are. */
  readonly preprocessing?: Preprocessing;
  /** Bytes live at the binding step by kind; they add up to `ramBytes` with `unused` (fragmentation and read slack). */
  readonly ram: {
    /** Rings of activations. */
    readonly activations: number;
    /** Rows of zero points above and below images. */
    readonly zeroRows: number;
    /** Scratch of kernels. */
    readonly scratch: number;
    /** Stage counters. */
    readonly state: number;
    /** Gaps, and what kernels may read beyond an end. */
    readonly unused: number;
  };
}

/** Words of a variable in its section. */
export const variableFields = [
  'operand', // of its value: whole, in the arena
  'initial', // data: its memory at the first run, padding columns included; −1: every byte is `fill`
  'fill',
  'reserved0',
] as const;

/** What is kept from one run to the next. */
export interface VariableEntry {
  /** Its name in the user's file. */
  readonly name: string;
  /** The operand of its value. */
  readonly operand: number;
  /** Offset of its first value in the data section, −1 where all bytes of that are `fill`. */
  readonly initial: number;
  /** 0 to 255. */
  readonly fill: number;
}

/** A `.lbm` in memory. */
export interface ModelFile {
  /** The tensors. */
  readonly operands: readonly Operand[];
  /** One record for each stage. */
  readonly stages: readonly StageRecord[];
  /** The steps of a run, in order. */
  readonly schedule: readonly Step[];
  /** The inputs. */
  readonly inputs: readonly InterfaceEntry[];
  /** The outputs. */
  readonly outputs: readonly InterfaceEntry[];
  /** Weights and tables. */
  readonly data: Uint8Array;
  /** What is kept between runs; absent: nothing. */
  readonly variables?: readonly VariableEntry[];
  /** Names of the classes; empty: none. */
  readonly labels: readonly string[];
  /** What only people read. */
  readonly metadata: Metadata;
  /** The known answer of a self-test; absent: none. */
  readonly digest?: Digest;
  /** What hosts compute from the outputs, as `readPostprocess` reads it; absent: nothing. */
  readonly postprocess?: Uint8Array;
  /** Bytes of the arena: rings with padding, zero rows, scratch, stage counters, read slack. */
  readonly ramBytes: number;
  /** The step at which the arena is fullest. */
  readonly bindingStep: number;
  /** Arena offset of the stage counters, one int32 a stage. */
  readonly stateOffset: number;
}
