import { kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { InterfaceEntry, ModelFile, Preprocessing } from '../format/model-file.ts';
import type { EngineExports } from '../format/status.ts';
import type { Values } from '../format/values.ts';
import { messageOf, type Tier } from './engine.ts';
import { inputPort, outputPort, type Port } from './port.ts';
import { checkProfileOptions, type Profile, type ProfileOptions, profile } from './profile.ts';
import { checkRunOptions, deadline, type RunOptions, splitOptions } from './run-options.ts';
import { statusError } from './status-error.ts';
import { describeEntry, imageCount, inputBytes, newOutput } from './values.ts';

/// <reference lib="esnext.disposable" preserve="true" />

/** An input or output as the user's file has it. */
export type Interface = Omit<InterfaceEntry, 'operand'>;

/** Facts about a loaded model that are not in its file's sections. */
export interface ModelFacts {
  readonly modelBytes: number;
  readonly tier: Tier | 'given';
}

const withoutOperand = ({ operand: _, ...entry }: InterfaceEntry): Interface => entry;

/**
 * A network that is ready to run. It owns one engine instance and its memory, allocates nothing there after load, and shares
 * nothing with other models.
 */
export class Model {
  /** The name of the model. */
  readonly name: string;
  /** The inputs, in the order in which `run` takes them. */
  readonly inputs: readonly Interface[];
  /** The outputs, in the order in which `run` returns them. */
  readonly outputs: readonly Interface[];
  /** Names of the classes, where the file has them. */
  readonly labels: readonly string[];
  /** How pixels become the real values of the first input, where the file says so. */
  readonly preprocessing: Preprocessing | undefined;
  /** Names of what is kept from one run to the next. Without any, runs do not depend on each other. */
  readonly variables: readonly string[];
  /** What `liteblock/detect` computes from the outputs, where the file has such a section. */
  readonly postprocess: Uint8Array | undefined;
  /** The arena: activations, rows of zero points, kernel scratch. */
  readonly ramBytes: number;
  /** Weights and tables. */
  readonly modelBytes: number;
  /** The whole linear memory. */
  readonly memoryBytes: number;
  /** 'given' where the caller gave an engine without saying which tier it is. */
  readonly tier: Tier | 'given';

  readonly #file: ModelFile;
  readonly #in: readonly Port[];
  readonly #out: readonly Port[];
  #engine: EngineExports | undefined;
  #memory: Uint8Array;

  /** `dispose`, for `using`. */
  declare readonly [Symbol.dispose]: () => void;

  /**
   * `engine` has loaded the file (start.ts).
   *
   * @internal
   */
  constructor(engine: EngineExports, file: ModelFile, facts: ModelFacts) {
    if (kindOf(engine?.memory) !== 'WebAssembly.Memory') {
      throw new LiteBlockError('usage', 'new Model: use load instead');
    }
    this.#engine = engine;
    this.#file = file;
    this.#memory = new Uint8Array(engine.memory.buffer);
    this.#in = file.inputs.map((entry, i) => inputPort(engine, i, entry));
    this.#out = file.outputs.map((entry, i) => outputPort(engine, i, entry));
    this.name = file.metadata.name;
    this.inputs = file.inputs.map(withoutOperand);
    this.outputs = file.outputs.map(withoutOperand);
    this.labels = file.labels;
    this.preprocessing = file.metadata.preprocessing;
    this.variables = file.metadata.variables ?? [];
    this.postprocess = file.postprocess;
    this.ramBytes = file.ramBytes;
    this.modelBytes = facts.modelBytes;
    this.memoryBytes = this.#memory.length;
    this.tier = facts.tier;
  }

  /**
   * Runs the network on one or more images: one array per input, in order, of the input's own type (i8: Int8Array, u8:
   * Uint8Array, f32: Float32Array), or for i8 and u8 a Float32Array of real values, which is quantised. Inputs are not
   * changed. Returns one new array per output, of the output's own type (i32: Int32Array and i64: BigInt64Array, too), the
   * images one after the other. Options may come last. Variables of the model go on from image to image and from call to
   * call, until `reset`; where a run is left off, as by `maxMilliseconds`, the next one begins with their first values.
   */
  run(...args: Values[] | [...inputs: Values[], options: RunOptions]): Values[] {
    const { inputs, options } = splitOptions<RunOptions>(args);
    checkRunOptions(options);
    const { engine, bytes } = this.#begin('run', inputs);
    const images = imageCount(this.#file.inputs, bytes);
    const runImage = this.#runner(engine, images, options);
    const outputs = this.#file.outputs.map((entry) => newOutput(entry, images));
    const runAll = this.#guarded(() => {
      for (let image = 0; image < images; image++) {
        this.#give(bytes, image);
        runImage(image);
        outputs.forEach((output, i) => {
          this.#out[i].copy(this.#memory, output.bytes, image);
        });
      }
    });
    runAll();
    return outputs.map((output) => output.values);
  }

  /**
   * Times runs of the first image of the inputs, or of zeros without inputs, and the stages in them, for about half a second.
   * Options may come last. Where the host's clock is coarse, as in browsers, many runs are timed together; where it stands
   * still while something computes, as on Cloudflare Workers, it throws. What `onProgress` throws, it throws. Variables of the
   * model have their first values afterwards.
   */
  profile(...args: Values[] | [...inputs: Values[], options: ProfileOptions]): Profile {
    const { inputs: given, options } = splitOptions<ProfileOptions>(args);
    checkProfileOptions(options);
    const zeros = this.#file.inputs.map((entry) => newOutput(entry, 1).values);
    const { engine, bytes } = this.#begin('profile', given.length > 0 ? given : zeros);
    const give = this.#guarded(() => this.#give(bytes, 0));
    const run = this.#guarded(() => this.#check(engine, engine.run()));
    const step = this.#guarded((i) => this.#check(engine, engine.execute(i, i + 1)));
    try {
      return profile({ give, run, step }, this.#file, options);
    } finally {
      engine.reset?.();
    }
  }

  /**
   * Gives every variable of the model its first value, as after `load`: what is run from then on has nothing to do with what was
   * run before. Throws disposed.
   */
  reset(): void {
    if (!this.#engine) throw this.#disposed();
    this.#engine.reset?.();
  }

  /** The engine, and the bytes that it is to be given. Throws disposed and input. */
  #begin(what: string, inputs: readonly Values[]): { engine: EngineExports; bytes: readonly Uint8Array[] } {
    const engine = this.#engine;
    if (!engine) throw this.#disposed();
    const entries = this.#file.inputs;
    if (inputs.length !== entries.length) {
      const wanted = entries.map((entry, i) => describeEntry('input', i, entry)).join(', ');
      throw new LiteBlockError('input', `${what}: inputs: expected ${entries.length}, got ${inputs.length}: ${wanted}`);
    }
    return { engine, bytes: entries.map((entry, i) => inputBytes(inputs[i], entry, i)) };
  }

  /** Runs an image: at once, or where the time is limited step by step, so that the clock is looked at between steps. */
  #runner(engine: EngineExports, images: number, { maxMilliseconds }: RunOptions): (image: number) => void {
    if (maxMilliseconds === undefined) return () => this.#check(engine, engine.run());
    const steps = this.#file.schedule.length;
    const inTime = deadline(maxMilliseconds, this.name);
    return (image) => {
      for (let step = 0; step < steps; step++) {
        inTime(() => `${step} of ${steps} steps${images > 1 ? ` of image ${image + 1} of ${images}` : ''}`);
        this.#check(engine, engine.execute(step, step + 1));
      }
    };
  }

  #give(bytes: readonly Uint8Array[], image: number): void {
    this.#file.inputs.forEach((entry, i) => {
      this.#in[i].copy(this.#memory, bytes[i], entry.perImage ? image : 0);
    });
  }

  #check(engine: EngineExports, status: number): void {
    if (status !== 0) throw statusError(engine, status, this.#file, this.name);
  }

  #disposed(): LiteBlockError {
    return new LiteBlockError('disposed', `${this.name}: the model was disposed of (load it again)`);
  }

  /** `work` with the engine's traps as errors. A callback of the caller may have disposed of the model before it. */
  #guarded(work: (i: number) => void): (i?: number) => void {
    return (i = 0) => {
      if (!this.#engine) throw this.#disposed();
      try {
        work(i);
      } catch (cause) {
        if (cause instanceof LiteBlockError) throw cause;
        throw new LiteBlockError('engine', `${this.name}: the engine trapped: ${messageOf(cause)}`, [], { cause });
      }
    };
  }

  /** Lets go of the instance and its memory, variables with it. `run` then throws 'disposed'. */
  dispose(): void {
    this.#engine = undefined;
    this.#memory = new Uint8Array(0);
  }
}

// Hosts without explicit resource management have no such symbol.
if (Symbol.dispose) Object.defineProperty(Model.prototype, Symbol.dispose, { value: Model.prototype.dispose });
