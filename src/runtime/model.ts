/// <reference lib="esnext.disposable" preserve="true" />
import { LiteBlockError } from '../format/errors.ts';
import type { InterfaceEntry, ModelFile, Preprocessing } from '../format/model-file.ts';
import type { EngineExports } from '../format/status.ts';
import { messageOf, type Tier } from './engine.ts';
import { inputPort, outputPort, type Port } from './port.ts';
import { statusError } from './status-error.ts';
import { describeEntry, imageCount, inputBytes, newOutput, type Values } from './values.ts';

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
  readonly name: string;
  readonly inputs: readonly Interface[];
  readonly outputs: readonly Interface[];
  /** Names of the classes, where the file has them. */
  readonly labels: readonly string[];
  /** How pixels become the real values of the first input, where the file says so. */
  readonly preprocessing: Preprocessing | undefined;
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

  declare readonly [Symbol.dispose]: () => void;

  /** `engine` has loaded the file (start.ts). */
  constructor(engine: EngineExports, file: ModelFile, { modelBytes, tier }: ModelFacts) {
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
    this.ramBytes = file.ramBytes;
    this.modelBytes = modelBytes;
    this.memoryBytes = this.#memory.length;
    this.tier = tier;
  }

  /**
   * Runs the network on one or more images: one array per input, in order, of the input's own type (i8: Int8Array, u8:
   * Uint8Array) or a Float32Array of real values, which is quantised. Inputs are not changed. Returns one new array per
   * output, the images one after the other.
   */
  run(...inputs: Values[]): Values[] {
    const engine = this.#engine;
    if (!engine) throw new LiteBlockError('disposed', `${this.name}: the model was disposed of`);
    const entries = this.#file.inputs;
    if (inputs.length !== entries.length) {
      const wanted = entries.map((entry, i) => describeEntry('input', i, entry)).join(', ');
      throw new LiteBlockError('input', `run: ${inputs.length} inputs given, ${entries.length} wanted: ${wanted}`);
    }
    const bytes = entries.map((entry, i) => inputBytes(inputs[i] as Values, entry, i));
    const images = imageCount(entries, bytes);
    const outputs = this.#file.outputs.map((entry) => newOutput(entry, images));
    try {
      for (let image = 0; image < images; image++) {
        entries.forEach((entry, i) => {
          this.#in[i]?.copy(this.#memory, bytes[i] as Uint8Array, entry.perImage ? image : 0);
        });
        const status = engine.run();
        if (status !== 0) throw statusError(engine, status, this.#file, this.name);
        outputs.forEach((output, i) => {
          this.#out[i]?.copy(this.#memory, output.bytes, image);
        });
      }
    } catch (cause) {
      if (cause instanceof LiteBlockError) throw cause;
      throw new LiteBlockError('engine', `${this.name}: the engine trapped: ${messageOf(cause)}`, [], { cause });
    }
    return outputs.map((output) => output.values);
  }

  /** Lets go of the instance and its memory. `run` then throws 'disposed'. */
  dispose(): void {
    this.#engine = undefined;
    this.#memory = new Uint8Array(0);
  }
}

// Hosts without explicit resource management have no such symbol.
if (Symbol.dispose) Object.defineProperty(Model.prototype, Symbol.dispose, { value: Model.prototype.dispose });
