import { LiteBlockError } from '../format/errors.ts';
import { elements } from '../graph/tensor.ts';

/** A tensor as PyTorch saved it, by its state_dict name. Values are float32, whatever the file's type was. */
export interface StateTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Absent for types that hold no reals. */
  readonly data?: Float32Array;
}

export type StateDict = ReadonlyMap<string, StateTensor>;

/** A tensor that a network needs: its state_dict name and its shape in PyTorch. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Hands out the tensors of a network while it is built. */
export interface Weights {
  /** The values are zeros that nobody reads: they need not be put in order, which would take up their memory. */
  readonly blank?: true;
  take(name: string, shape: readonly number[]): Float32Array;
}

/** Gives zeros and writes down what was asked for. */
export class Recorder implements Weights {
  readonly blank = true;
  readonly asked: Parameter[] = [];
  /** All get the same zeros, which nobody changes. */
  #zeros = new Float32Array(0);

  take(name: string, shape: readonly number[]): Float32Array {
    this.asked.push({ name, shape });
    const count = elements(shape);
    if (count > this.#zeros.length) this.#zeros = new Float32Array(count);
    return this.#zeros.subarray(0, count);
  }
}

/** BatchNorm counts its batches; inference has no use for the count. */
const isIgnored = (name: string): boolean => name === 'num_batches_tracked' || name.endsWith('.num_batches_tracked');

/** Tensors of a state_dict. What is missing, misshapen or left over is told all at once, by `finish`. */
export class Taker implements Weights {
  readonly #dict: StateDict;
  readonly #problems: string[] = [];
  readonly #taken = new Set<string>();

  constructor(dict: StateDict) {
    this.#dict = dict;
  }

  take(name: string, shape: readonly number[]): Float32Array {
    this.#taken.add(name);
    const tensor = this.#dict.get(name);
    const wanted = `[${shape.join(', ')}]`;
    if (!tensor) this.#problems.push(`${name} is missing (${wanted})`);
    else if (String(tensor.shape) !== String(shape)) {
      this.#problems.push(`${name} has the shape [${tensor.shape.join(', ')}] (${wanted})`);
    } else if (!tensor.data) this.#problems.push(`${name} is ${tensor.dtype} (F32, F16 or BF16)`);
    else return tensor.data;
    return new Float32Array(elements(shape));
  }

  /** Throws 'graph-invalid' where the tensors are not those of the network. */
  finish(source: string): void {
    for (const [name, { shape }] of this.#dict) {
      if (!this.#taken.has(name) && !isIgnored(name))
        this.#problems.push(`${name} [${shape.join(', ')}] belongs to no layer`);
    }
    if (this.#problems.length === 0) return;
    const problems = this.#problems.map((what) => ({ node: -1, op: '', name: '', what }));
    throw new LiteBlockError('graph-invalid', `${source}: ${this.#problems.join('\n')}`, problems);
  }
}
