import type { FileType } from '../../src/import/file-model.ts';
import { optionTypes } from '../../src/import/tflite/schema.ts';
import { type WriteModel, type WriteOperator, type WriteTensor, writeTflite } from '../import/write-tflite.ts';
import { randomOf } from '../support/values.ts';

/** A source of random choices: the same for the same seed, in every JavaScript engine. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  pick<T>(list: readonly T[]): T;
  /** True once in `n`. */
  once(n: number): boolean;
  /** A float32 scale between two ends, evenly spread over its logarithm. */
  scale(least: number, most: number): number;
  bytes(count: number): Uint8Array;
}

/** Makes random models of one operator that tflite-runtime 2.14.0 takes, all with 8-bit tensors. */
export interface Generator {
  /** The builtin operator's name. */
  readonly operator: string;
  /** Runs in a row of each model, which may depend on each other; absent: one. */
  readonly steps?: number;
  model(random: Random): WriteModel;
}

/** A model with its inputs. */
export interface Case {
  readonly model: Uint8Array;
  /** Of all runs, one after the other. */
  readonly inputs: readonly Uint8Array[];
  readonly steps: number;
}

export function randomFrom(seed: number): Random {
  const next = randomOf(seed);
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    integer,
    pick: (list) => list[integer(0, list.length - 1)],
    once: (n) => integer(1, n) === 1,
    // No logarithm and no power: their last bits may differ from one JavaScript engine to another.
    scale: (least, most) => {
      let octaves = 0;
      while (least * 2 ** (octaves + 1) <= most) octaves++;
      return Math.fround(Math.min(least * 2 ** integer(0, octaves) * (1 + next()), most));
    },
    bytes: (count) => Uint8Array.from({ length: count }, () => integer(0, 255)),
  };
}

const count = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
const elementBytes: Partial<Record<FileType, number>> = { int8: 1, uint8: 1, int32: 4 };

/** Case `index` of a generator: every one has a seed of its own. Its inputs have any bytes. */
export function caseOf({ operator, model, steps = 1 }: Generator, seed: number, index: number): Case {
  const name = [...operator].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), 7);
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b) ^ name);
  const written = model(random);
  const inputs = written.inputs.map((id) => {
    const { shape, type = 'int8' } = written.tensors[id] as WriteTensor;
    return random.bytes(steps * count(shape) * (elementBytes[type] ?? 1));
  });
  return { model: writeTflite(written), inputs, steps };
}

/** A quantised 8-bit tensor of a random scale and zero point; `constant`: with values. */
export function quantized(
  random: Random,
  shape: readonly number[],
  { constant = false, type = 'int8', scales = [2 ** -9, 1] as readonly [number, number] } = {},
): WriteTensor {
  const zeroPoint = random.pick([random.integer(-128, 127), random.integer(-20, 20), -128, 127, 0]);
  return {
    shape,
    type: type as FileType,
    scale: [random.scale(...scales)],
    zeroPoint: [type === 'uint8' ? zeroPoint + 128 : zeroPoint],
    ...(constant && { bytes: random.bytes(count(shape)) }),
  };
}

/** A random shape with the batch 1 and two to four axes; small, with sizes on both sides of what a kernel does at once. */
export function imageShape(random: Random, ranks: readonly number[] = [2, 3, 4]): number[] {
  const sizes = [1, 2, 3, 5, 7];
  const channels = random.pick([1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17]);
  const rank = random.pick(ranks);
  return [1, ...Array.from({ length: rank - 2 }, () => random.pick(sizes)), channels];
}

/** The model of one operator: its inputs are the tensors before the last, in order; those without values are given. */
export function oneOperator(
  name: string,
  tensors: readonly WriteTensor[],
  more: Partial<WriteOperator> = {},
): WriteModel {
  const last = tensors.length - 1;
  const inputs = tensors.slice(0, -1).map((_, i) => i);
  return {
    tensors,
    operators: [{ name, inputs, outputs: [last], ...more }],
    inputs: inputs.filter((i) => !tensors[i]?.bytes),
    outputs: [last],
  };
}

/** The table and fields of an operator's options. */
export const options = (
  type: keyof typeof optionTypes,
  fields: WriteOperator['options'] = [],
): Partial<WriteOperator> => ({ optionsType: optionTypes[type], options: fields });
