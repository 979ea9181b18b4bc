import type fc from 'fast-check';
import type { Operand, StageRecord } from '../../src/format/model-file.ts';
import type { Numbers } from '../../src/format/values.ts';
import type { Graph } from '../../src/graph/graph.ts';
import type { AnyOp } from '../../src/graph/op.ts';
import { elements, type TensorId } from '../../src/graph/tensor.ts';
import type { Part } from './parts.ts';

/** A graph, and what goes into it. */
export interface Problem {
  readonly graph: Graph;
  /** Absent: those of `inputsOf`. */
  readonly inputs?: readonly Numbers[];
}

/** Words of the last stage of a graph's file that are changed together. */
export type Change = readonly [words: Readonly<Record<string, number>>, graph: Graph];

/** A table in the data section whose entries are positions. */
export interface Table {
  readonly graph: Graph;
  readonly word: string;
  /** Which entry is changed, and to what: the last position that there is, and some that there are not. */
  readonly entry: number;
  readonly last: number;
  readonly strays: readonly number[];
  /** Entries are float32, not int32. */
  readonly real?: boolean;
}

/** A stage's record with its operands. */
export interface Stage {
  readonly words: StageRecord['words'];
  readonly x: Operand;
  readonly y: Operand;
}

/** How much of data and arena a record needs: told here by docs/format.md and docs/kernels.md, not by the compiler. */
export interface Needs {
  /** Graphs of one node by what is special in each. */
  readonly graphs: Readonly<Record<string, Graph>>;
  /** The bytes of the data section that each word stands for; absent: none. */
  data?(stage: Stage): Readonly<Record<string, number>>;
  /** Bytes of scratch beside the row tables; absent: none. */
  scratch?(stage: Stage): number;
}

/** Everything that tests of all operators want of one: test/cases/OPERATOR.ts. A rare member may be absent, none is empty. */
export interface OperatorCases {
  readonly op: AnyOp;
  /** Graphs of maps that are `width` wide, with `channels` wherever a kernel takes several at once. */
  tails(channels: number, width: number): readonly Graph[];
  /** Ends of ranges and forms, by what they are. */
  readonly extremes?: Readonly<Record<string, () => readonly Problem[]>>;
  /** Any small problem, of which `runs` are tried. */
  readonly random?: { readonly problem: fc.Arbitrary<Problem>; readonly runs: number };
  /** Graphs of many rows, which go through rings, by what they are. */
  readonly rings?: Readonly<Record<string, Graph>>;
  /** Graphs of which each output row needs all of x. */
  readonly whole?: readonly Graph[];
  /** Graphs whose files have any of their words changed. */
  readonly hostile: readonly Graph[];
  /** Changes that are refused. */
  readonly refused?: readonly Change[];
  /** Changes that are refused, of one word to the first value beyond its range. */
  readonly beyond?: readonly Change[];
  readonly tables?: readonly Table[];
  readonly needs?: Needs;
  /** A graph whose rows of zero points have single bytes. */
  readonly zeroRow?: Graph;
  /** Graphs whose x has one padding column on its right, which windows reach. */
  readonly padded?: Readonly<Record<string, Graph>>;
  /** The op on a part of a tensor's channels, by what it is. */
  readonly parts?: Readonly<Record<string, (part: Part) => TensorId>>;
  /** Graphs whose output is within a step of the float definition's. */
  readonly real?: fc.Arbitrary<Graph>;
  /** A graph of an op that rounds accumulators. */
  readonly rounded?: Graph;
}

export const problems = (...graphs: readonly Graph[]): Problem[] => graphs.map((graph) => ({ graph }));

/** A graph of one input, every value of which is `value`. */
export function filled(graph: Graph, value: number): Problem {
  const x = graph.tensors[graph.inputs[0] as number] as Graph['tensors'][number];
  return { graph, inputs: [new Int8Array(elements(x.shape)).fill(value)] };
}
