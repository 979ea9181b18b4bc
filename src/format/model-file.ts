import type { Digest } from './digest.ts';
import type { elementBytes, Opcode, operandFields } from './instructions.ts';

/** 'L' 'B' 'M' 0, little-endian. */
export const magic = 0x004d424c;
/** Rises with every change of the layout. A reader takes this version alone: an older file is compiled again. */
export const version = 1;
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

export type Operand = {
  readonly [Field in Exclude<(typeof operandFields)[number], 'reserved0' | 'reserved1'>]: number;
};

/** One record: its opcode and every other field by name, 0 where a field is not given. */
export interface StageRecord {
  readonly opcode: Opcode;
  readonly words: Readonly<Record<string, number>>;
}

/** Produces the next `rows` output rows of stage `stage`. */
export interface Step {
  readonly stage: number;
  readonly rows: number;
}

export interface InterfaceEntry {
  readonly operand: number;
  readonly name: string;
  readonly dtype: keyof typeof elementBytes;
  readonly perImage: boolean;
  readonly imageBytes: number;
  /** As in the user's file. */
  readonly shape: readonly number[];
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Where the bytes of the arena go, for people: the parts are live at the peak or kept throughout. */
export interface StageNote {
  /** The node's name in the user's file. */
  readonly name: string;
  readonly op: string;
  readonly kernel: string;
  /** Index of the node in the user's file. */
  readonly node: number;
  readonly macs: number;
  readonly parameters: number;
  /** The blocks around the node, outermost first, by module path; absent: none. */
  readonly blocks?: readonly { readonly path: string; readonly type: string }[];
}

/** How pixels become the model's real input: (pixel − mean) / std, in float32. One value, or one a channel, in pixel units. */
export interface Preprocessing {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** What the engine never reads: JSON in the metadata section. */
export interface Metadata {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly stages: readonly StageNote[];
  /** Of the first input; absent: its values are given as they are. */
  readonly preprocessing?: Preprocessing;
  /** Bytes live at the binding step by kind; they add up to `ramBytes` with `unused` (fragmentation and read slack). */
  readonly ram: {
    readonly activations: number;
    readonly zeroRows: number;
    readonly scratch: number;
    readonly state: number;
    readonly unused: number;
  };
}

/** A `.lbm` in memory. */
export interface ModelFile {
  readonly operands: readonly Operand[];
  readonly stages: readonly StageRecord[];
  readonly schedule: readonly Step[];
  readonly inputs: readonly InterfaceEntry[];
  readonly outputs: readonly InterfaceEntry[];
  /** Weights and tables. */
  readonly data: Uint8Array;
  readonly labels: readonly string[];
  readonly metadata: Metadata;
  /** The known answer of a self-test; absent: none. */
  readonly digest?: Digest;
  /** Bytes of the arena: rings with padding, zero rows, scratch, stage counters, read slack. */
  readonly ramBytes: number;
  /** The step at which the arena is fullest. */
  readonly bindingStep: number;
  /** Arena offset of the stage counters, one int32 a stage. */
  readonly stateOffset: number;
}
