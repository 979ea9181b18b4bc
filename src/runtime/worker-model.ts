import { kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Preprocessing } from '../format/model-file.ts';
import type { Values } from '../format/values.ts';
import type { Tier } from './engine.ts';
import type { Interface } from './model.ts';
import { checkProfileOptions, type Profile, type ProfileOptions } from './profile.ts';
import { type RunOptions, splitOptions } from './run-options.ts';
import type { Facts } from './worker-messages.ts';
import type { WorkerPort } from './worker-port.ts';

/// <reference lib="esnext.disposable" preserve="true" />

function copiesOf(what: string, inputs: readonly Values[]): Values[] {
  const other = inputs.findIndex((values) => !ArrayBuffer.isView(values) || kindOf(values) === 'DataView');
  if (other >= 0) {
    throw new LiteBlockError('input', `${what}: input ${other}: expected a typed array, got ${kindOf(inputs[other])}`);
  }
  return inputs.map((values, i) => {
    try {
      // The slice of a Buffer, as bundlers give it to pages, is not a copy.
      return values instanceof Uint8Array ? new Uint8Array(values) : values.slice();
    } catch (cause) {
      const why = 'its buffer was transferred elsewhere, so it has no values any more: give an array of its own';
      throw new LiteBlockError('input', `${what}: input ${i}: ${why}`, [], { cause });
    }
  });
}

/** A network in a web worker of its own: a `Model` whose `run` is a promise. */
export class WorkerModel {
  /** The name of the model. */
  readonly name: string;
  /** The inputs, in the order in which `run` takes them. */
  readonly inputs: readonly Interface[];
  /** The outputs, in the order in which `run` returns them. */
  readonly outputs: readonly Interface[];
  /** Names of the classes; empty where the file has none. */
  readonly labels: readonly string[];
  /** How pixels become real values of the first input, where the file says so. */
  readonly preprocessing: Preprocessing | undefined;
  /** Names of what is kept from one run to the next; empty where runs do not depend on each other. */
  readonly variables: readonly string[];
  /** What `liteblock/detect` computes from the outputs, where the file has such a section. */
  readonly postprocess: Uint8Array | undefined;
  /** Bytes of the arena. */
  readonly ramBytes: number;
  /** Bytes of weights and tables. */
  readonly modelBytes: number;
  /** Bytes of the whole linear memory. */
  readonly memoryBytes: number;
  /** The engine's tier; 'given' where the caller gave an engine without a tier. */
  readonly tier: Tier | 'given';

  readonly #port: WorkerPort;

  /** `dispose`, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /** @internal */
  constructor(port: WorkerPort, facts: Facts) {
    this.#port = port;
    this.name = facts.name;
    this.inputs = facts.inputs;
    this.outputs = facts.outputs;
    this.labels = facts.labels;
    this.preprocessing = facts.preprocessing;
    this.variables = facts.variables;
    this.postprocess = facts.postprocess;
    this.ramBytes = facts.ramBytes;
    this.modelBytes = facts.modelBytes;
    this.memoryBytes = facts.memoryBytes;
    this.tier = facts.tier;
  }

  /**
   * Runs the network as `Model.run` does. Inputs are copied at the call, so they may be changed at once; outputs are new
   * arrays. Runs are computed one after another, in the order of the calls.
   */
  async run(...args: Values[] | [...inputs: Values[], options: RunOptions]): Promise<Values[]> {
    const { inputs, options } = splitOptions<RunOptions>(args);
    return this.#port.run(copiesOf('run', inputs), options);
  }

  /** Gives variables their first values as `Model.reset` does, between the runs that were asked for before and after it. */
  async reset(): Promise<void> {
    return this.#port.reset();
  }

  /** Times the network in its worker as `Model.profile` does. `onProgress` is called here; what it throws, the promise is refused with. */
  async profile(...args: Values[] | [...inputs: Values[], options: ProfileOptions]): Promise<Profile> {
    const { inputs, options } = splitOptions<ProfileOptions>(args);
    checkProfileOptions(options);
    return this.#port.profile(copiesOf('profile', inputs), options);
  }

  /** Ends the worker. Runs that are not done yet are refused with 'disposed', and so is `run` from then on. */
  dispose(): void {
    this.#port.close(new LiteBlockError('disposed', `${this.name}: the model was disposed of`));
  }
}

// Hosts without explicit resource management have no such symbol.
if (Symbol.dispose)
  Object.defineProperty(WorkerModel.prototype, Symbol.dispose, { value: WorkerModel.prototype.dispose });
