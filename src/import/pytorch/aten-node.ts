import type { Padding } from '../../graph/tensor.ts';
import { numbersOf } from '../nchw/constants.ts';
import { type Frame, misfit } from '../nchw/frame.ts';
import { type Constant, realConstant, type Value } from '../nchw/value.ts';
import type { Argument, ProgramNode } from './program.ts';

type Pair = readonly [h: number, w: number];

/** A node of a program with the values of what it reads. Arguments go by their names in PyTorch's schema. */
export class AtenNode {
  readonly frame: Frame;
  readonly node: ProgramNode;
  readonly #valueOf: (name: string) => Value | undefined;

  constructor(frame: Frame, node: ProgramNode, lookUp: (name: string) => Value | undefined) {
    this.frame = frame;
    this.node = node;
    this.#valueOf = lookUp;
  }

  /** An argument that is given and is not None. */
  #given(name: string): Argument | undefined {
    const argument = this.node.arguments.get(name);
    return argument?.kind === 'none' ? undefined : argument;
  }

  has(name: string): boolean {
    return this.#given(name) !== undefined;
  }

  /** A tensor or a number, which is a constant then; undefined where it is not given. */
  value(name: string): Value | undefined {
    const argument = this.#given(name);
    if (!argument) return undefined;
    if (argument.kind === 'value') return this.#valueOf(argument.name);
    if (argument.kind === 'number') return realConstant([], Float32Array.of(argument.value), name);
    return misfit(`its argument ${name} is ${shown(argument)} (a tensor or a number)`);
  }

  /** The same, of an argument that is always there. */
  required(name: string): Value {
    return this.value(name) ?? misfit(`its argument ${name} is missing (a tensor)`);
  }

  /** A tensor whose values are known. */
  constant(name: string): Constant | undefined {
    const value = this.value(name);
    return value?.kind === 'constant' ? value : undefined;
  }

  values(name: string): readonly Value[] {
    const argument = this.#given(name);
    if (argument?.kind !== 'values') return misfit(`its argument ${name} is no list of tensors`);
    return argument.names.map(
      (each) => (each === undefined ? undefined : this.#valueOf(each)) ?? misfit(`one of its ${name} is missing`),
    );
  }

  numbers(name: string, otherwise?: readonly number[]): readonly number[] {
    const argument = this.#given(name);
    if (!argument) return otherwise ?? misfit(`its argument ${name} is missing (numbers)`);
    if (argument.kind === 'number') return [argument.value];
    if (argument.kind === 'numbers')
      return argument.values.map((each) => (typeof each === 'number' ? each : this.#numberOf(each, name)));
    return misfit(`its argument ${name} is ${shown(argument)} (whole numbers)`);
  }

  number(name: string, otherwise?: number): number {
    const argument = this.#given(name);
    if (!argument) return otherwise ?? misfit(`its argument ${name} is missing (a number)`);
    if (argument.kind === 'number') return argument.value;
    if (argument.kind === 'flag') return argument.value ? 1 : 0;
    if (argument.kind === 'value') return this.#numberOf(argument.name, name);
    return misfit(`its argument ${name} is ${shown(argument)} (a number)`);
  }

  flag(name: string, otherwise: boolean): boolean {
    const argument = this.#given(name);
    if (!argument) return otherwise;
    return argument.kind === 'flag'
      ? argument.value
      : misfit(`its argument ${name} is ${shown(argument)} (true or false)`);
  }

  text(name: string, otherwise: string): string {
    const argument = this.#given(name);
    if (!argument) return otherwise;
    return argument.kind === 'text' ? argument.value : misfit(`its argument ${name} is ${shown(argument)} (a text)`);
  }

  /** The name of a type of elements. */
  type(name: string): string | undefined {
    const argument = this.#given(name);
    return argument?.kind === 'type' ? argument.dtype : undefined;
  }

  /** A size for rows and one for columns; one that is given alone is both, or that of columns where there are no rows. */
  pair(name: string, otherwise: number | undefined, rank: number): Pair {
    const given = this.numbers(name, otherwise === undefined ? undefined : [otherwise]);
    const [first, second] = given.length === 0 && otherwise !== undefined ? [otherwise] : given;
    const one = name === 'padding' || name === 'output_padding' ? 0 : 1;
    if (rank === 3) return [one, first];
    return [first, second ?? first];
  }

  /** Equal padding on both sides. */
  padding(name: string, rank: number): Padding {
    const [h, w] = this.pair(name, 0, rank);
    return { top: h, left: w, bottom: h, right: w };
  }

  #numberOf(name: string, argument: string): number {
    const value = this.#valueOf(name);
    const [first] = value?.kind === 'constant' ? numbersOf(value) : [];
    return first ?? misfit(`its argument ${argument} is computed (a number that is known)`);
  }
}

const shown = (argument: Argument): string => {
  if (argument.kind === 'text') return JSON.stringify(argument.value.slice(0, 40));
  if (argument.kind === 'flag') return `${argument.value}`;
  return argument.kind === 'other' ? argument.what : `a ${argument.kind}`;
};

/** What becomes of a node: its outputs, in order. */
export type AtenConverter = (node: AtenNode) => Value | readonly Value[];

export interface AtenEntry {
  /** Where it reads tensors that are computed, or takes constants as well. */
  readonly convert: AtenConverter;
  /** Where all that it reads is known. Absent: the same. */
  readonly fold?: AtenConverter;
  /** Its output is its first input in all that anybody sees, so that what is read of one may be written to the other. */
  readonly view?: true;
  /** Its values are among those of its input, so that its output may have the input's scale. Views do. */
  readonly keeps?: true;
}
