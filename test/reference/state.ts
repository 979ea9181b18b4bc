import type { WriteModel, WriteOperator, WriteTensor } from '../import/write-tflite.ts';
import { int32Bytes } from '../import/write-tflite.ts';
import { type Generator, options, quantized, type Random } from './generator.ts';

/** A variable of the model: its tensor's shape, and rows. */
interface Kept {
  readonly name: string;
  readonly rows: number;
}

/** Writes operators on tensors of one scale and `width` × `channels` a row. */
class Program {
  readonly tensors: WriteTensor[] = [];
  readonly operators: WriteOperator[] = [];
  readonly variables: Kept[] = [];
  readonly #random: Random;
  readonly #like: WriteTensor;
  readonly #row: readonly [width: number, channels: number];

  constructor(random: Random) {
    this.#random = random;
    this.#row = [random.pick([1, 1, 2, 3]), random.pick([1, 2, 4, 5, 8, 9, 17])];
    this.#like = quantized(random, [1]);
  }

  shape(rows: number): number[] {
    return [1, rows, ...this.#row];
  }

  tensor(rows: number, more: Partial<WriteTensor> = {}): number {
    return this.tensors.push({ ...this.#like, shape: this.shape(rows), ...more }) - 1;
  }

  rowsOf(id: number): number {
    return this.tensors[id]?.shape[1] as number;
  }

  /** Of random first values; several handles may name it. */
  variable(rows: number): Kept {
    const kept = { name: `v${this.variables.length}`, rows };
    this.variables.push(kept);
    return kept;
  }

  handle({ name }: Kept): number {
    const handle = this.tensors.push({ shape: [], type: 'resource' }) - 1;
    this.operators.push(varHandle(handle, name));
    return handle;
  }

  read(variable: Kept): number {
    return this.#add('READ_VARIABLE', [this.handle(variable)], variable.rows, options('ReadVariableOptions'));
  }

  assign(variable: Kept, id: number): void {
    const inputs = [this.handle(variable), id];
    this.operators.push({ name: 'ASSIGN_VARIABLE', inputs, outputs: [], ...options('AssignVariableOptions') });
  }

  join(a: number, b: number): number {
    const rows = this.rowsOf(a) + this.rowsOf(b);
    return this.#add('CONCATENATION', [a, b], rows, options('ConcatenationOptions', [[0, 'int32', 1]]));
  }

  rows(id: number, first: number, count: number): number {
    const [begin, size] = [[0, first, 0, 0], this.shape(count)].map(
      (values) => this.tensors.push({ shape: [4], type: 'int32', bytes: int32Bytes(values) }) - 1,
    ) as [number, number];
    return this.#add('SLICE', [id, begin, size], count, options('SliceOptions'));
  }

  sum(a: number, b: number): number {
    return this.#add('ADD', [a, b], this.rowsOf(a), options('AddOptions'));
  }

  #add(name: string, inputs: readonly number[], rows: number, more: Partial<WriteOperator>): number {
    const output = this.tensor(rows);
    this.operators.push({ name, inputs, outputs: [output], ...more });
    return output;
  }

  model(inputs: readonly number[], outputs: readonly number[]): WriteModel {
    const called: { tensors: WriteTensor[]; operators: WriteOperator[] } = { tensors: [], operators: [] };
    for (const { name, rows } of this.variables) {
      const shape = this.shape(rows);
      const handle = called.tensors.push({ shape: [], type: 'resource' }) - 1;
      const bytes = this.#random.bytes(shape.reduce((product, size) => product * size, 1));
      const first = called.tensors.push({ ...this.#like, shape, bytes }) - 1;
      called.operators.push(varHandle(handle, name), {
        name: 'ASSIGN_VARIABLE',
        inputs: [handle, first],
        outputs: [],
        ...options('AssignVariableOptions'),
      });
    }
    const once = { name: 'CALL_ONCE', inputs: [], outputs: [], ...options('CallOnceOptions', [[0, 'int32', 1]]) };
    return { tensors: this.tensors, operators: [once, ...this.operators], inputs, outputs, called };
  }
}

const varHandle = (handle: number, name: string): WriteOperator => ({
  name: 'VAR_HANDLE',
  inputs: [],
  outputs: [handle],
  ...options('VarHandleOptions', [[1, 'string', name]]),
});

/** What may be done to a variable, from a tensor on; gives the tensor to go on with. */
const patterns: readonly ((program: Program, random: Random, x: number) => number)[] = [
  // The last rows of a stream, or others, or rows in another order.
  (program, random, x) => {
    const variable = program.variable(random.integer(1, 4));
    const before = program.read(variable);
    const all = random.once(5) ? program.join(x, before) : program.join(before, x);
    const last = program.rowsOf(all) - variable.rows;
    program.assign(variable, program.rows(all, random.once(4) ? random.integer(0, last) : last, variable.rows));
    return all;
  },
  // A sum, read again after it was assigned.
  (program, random, x) => {
    const variable = program.variable(program.rowsOf(x));
    const sum = program.sum(program.read(variable), x);
    program.assign(variable, sum);
    return random.once(2) ? program.read(variable) : program.sum(sum, program.read(variable));
  },
  // What it was, read before and used after it was assigned.
  (program, random, x) => {
    const variable = program.variable(program.rowsOf(x));
    const before = program.read(variable);
    program.assign(variable, x);
    const now = program.read(variable);
    if (random.once(2)) program.assign(variable, program.sum(before, now));
    return program.join(before, now);
  },
  // Assigned before it is read: nothing is kept.
  (program, _random, x) => {
    const variable = program.variable(program.rowsOf(x));
    program.assign(variable, x);
    return program.read(variable);
  },
  // A register that shifts, or two that change places.
  (program, random, x) => {
    const [a, b] = [program.variable(program.rowsOf(x)), program.variable(program.rowsOf(x))];
    const [first, second] = [program.read(a), program.read(b)];
    program.assign(b, first);
    program.assign(a, random.once(2) ? second : x);
    return program.join(program.sum(first, x), second);
  },
  // Never assigned.
  (program, _random, x) => program.sum(x, program.read(program.variable(program.rowsOf(x)))),
];

/** Models of one to four variables; five runs of each in a row. */
export const stateGenerator: Generator = {
  operator: 'READ_VARIABLE',
  steps: 5,
  model(random) {
    const program = new Program(random);
    const x = program.tensor(random.integer(1, 3));
    let now = x;
    for (let left = random.integer(1, 3); left > 0; left--) now = random.pick(patterns)(program, random, now);
    return program.model([x], [now === x ? program.sum(x, x) : now]);
  },
};
