import type { ErrorCode, Problem } from '../format/errors.ts';
import type { Graph } from '../graph/graph.ts';
import { nhwc } from '../graph/graph.ts';
import type { Block, Op } from '../graph/op.ts';
import { sizeFault } from '../graph/sizes.ts';
import { elements, type NHWC, type TensorId } from '../graph/tensor.ts';
import { GraphWriter, type VariableToKeep } from '../import/graph-writer.ts';
import type { ProblemWords } from '../import/problems.ts';
import type { Parameter } from './weights.ts';

/** A value on its way through the network. */
export interface LayerValue {
  readonly id: TensorId;
  readonly shape: NHWC;
  /** PyTorch's Flatten has been applied: its elements are in the order c, h, w there, and still h, w, c here. */
  readonly flat?: boolean;
}

/** Joins a module path and a child's name. */
export const under = (path: string, name: string | number): string => (path === '' ? `${name}` : `${path}.${name}`);

const flatShape = (shape: readonly number[]): readonly number[] => [1, elements(shape)];

/** Half a gigabyte of float32, in one layer or in all of them: refused before it is asked for. */
const mostWeights = 2 ** 27;

/** Layers of a network. Each becomes one to four nodes, and passes over them take time that grows with their square. */
const mostLayers = 2_048;

/** Channels of all shuffles together, each a number of an order that passes put in others. ShuffleNetV2 has a few thousand. */
const mostShuffled = 2 ** 18;

/** Puts the values of a tensor of PyTorch in the order of the graph's. */
type Arrange = (data: Float32Array) => Float32Array;

/** A tensor of the state_dict, and the constant that it becomes. */
export interface WantedParameter extends Parameter {
  readonly id: TensorId;
  readonly arrange: Arrange;
}

const code: ErrorCode = 'graph-invalid';

/** Modules are named by their paths. */
const words: ProblemWords = {
  code,
  place: ({ op, name }: Problem): string => (op ? `${name || '(top)'} (${op})` : name),
};

/** Ends the look at a module that does not fit, which has been reported. */
class Misfit extends Error {
  readonly path: string;
  readonly fitting: LayerValue | undefined;

  constructor(path: string, fitting: LayerValue | undefined) {
    super(path);
    this.path = path;
    this.fitting = fitting;
  }
}

/** Where layers write their nodes: a graph writer that knows the modules' names and the blocks around them. */
export class Scope {
  /** Tensors in the order of the layers. */
  readonly wanted: WantedParameter[] = [];
  readonly #writer: GraphWriter;
  readonly #paths = new Map<string, string>();
  #blocks: readonly Block[] = [];
  #shuffled = 0;
  readonly #kept: VariableToKeep[] = [];
  /** Values of all constants so far. */
  #values = 0;

  constructor(name: string, source: string) {
    this.#writer = new GraphWriter(name, source);
  }

  input(shape: NHWC): LayerValue {
    return { id: this.#writer.input(this.#activation('input', shape)), shape };
  }

  output({ id }: LayerValue): void {
    this.#writer.output(id);
  }

  /** Runs `layers`, and throws every problem of theirs at once: 'graph-invalid', naming the modules. */
  all(layers: () => void): void {
    try {
      layers();
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
    }
    this.#writer.problems.throwAny(this.#writer.source, words);
  }

  /**
   * Runs one module on x. Where x does not fit and the module says what would, it runs on that, so that what is wrong with it
   * and behind it is told as well.
   */
  module(path: string, x: LayerValue, run: (x: LayerValue) => LayerValue): LayerValue {
    try {
      return run(x);
    } catch (error) {
      if (!(error instanceof Misfit) || error.path !== path || !error.fitting) throw error;
      const { fitting } = error;
      return run({ ...fitting, id: this.#activation(path, fitting.shape) });
    }
  }

  /** Counts the channels that selections put in order. */
  shuffle(path: string, type: string, channels: number): void {
    this.#shuffled += channels;
    if (this.#shuffled > mostShuffled) {
      this.fail(path, type, `the network shuffles more than ${mostShuffled.toLocaleString('en-US')} channels`);
    }
  }

  /** Runs `layers` inside a block of this type and path. */
  block(type: string, path: string, layers: () => LayerValue): LayerValue {
    const around = this.#blocks;
    this.#blocks = [...around, { path, type }];
    try {
      return layers();
    } finally {
      this.#blocks = around;
    }
  }

  /** Takes a path for one module: two of them would read the same tensors. One that is not `named` is called by its index. */
  claim(path: string, type: string, named: boolean): void {
    const other = this.#paths.get(path);
    if (other !== undefined) {
      const own = named ? '' : ', as it has no name itself and is called by its index';
      this.report(path, type, `another module has this name${other}${own} (give each its own)`);
    }
    this.#paths.set(path, named ? '' : `: ${type}, which has no name and is called by its index`);
    if (this.#paths.size > mostLayers) this.fail(path, type, `the network has more than ${mostLayers} layers`);
  }

  /** The weights of a layer: a constant of `shape` from a tensor that has the shape `file` in PyTorch. */
  weights(path: string, type: string, file: readonly number[], shape = file, arrange?: Arrange): TensorId {
    if (elements(file) > mostWeights) {
      this.fail(path, type, `its weights [${file.join(', ')}] are more than 2^27 values`);
    }
    return this.tensor(under(path, 'weight'), file, shape, arrange);
  }

  /** A constant whose values are those of a tensor of the state_dict. They are filled in once it is known to have them all. */
  tensor(name: string, file: readonly number[], shape = file, arrange: Arrange = (data) => data): TensorId {
    const id = this.constant(name, shape, new Float32Array(0));
    this.wanted.push({ name, shape: file, id, arrange });
    return id;
  }

  constant(name: string, shape: readonly number[], data: Float32Array): TensorId {
    this.#values += elements(shape);
    if (this.#values > mostWeights) this.fail(name, 'weights', 'the network has more than 2^27 values of weights');
    return this.#writer.constant({ name, dtype: 'f32', shape, fileShape: shape, perImage: false, data });
  }

  /** Appends a node. `flat`: the output is one row of values to the user. */
  add<A>(op: Op<A>, path: string, attributes: A, inputs: readonly TensorId[], flat = false): LayerValue {
    const name = path || op.type;
    const blocks = this.#blocks.length > 0 ? { blocks: this.#blocks } : {};
    const options = { name, dtype: 'f32', ...blocks, ...(flat && { fileShape: flatShape }) } as const;
    let id: TensorId;
    try {
      id = this.#writer.add(op, attributes, inputs, options);
    } catch (cause) {
      const read = inputs.filter((input) => input >= 0).map((input) => this.#writer.tensor(input));
      const shapes = read.filter(({ data }) => !data).map(({ shape }) => shape.slice(1).join('×'));
      this.fail(path, op.type, `${(cause as Error).message} (its input is ${shapes.join(' and ')})`);
    }
    const shape = nhwc(this.#writer.tensor(id));
    const fault = sizeFault(shape);
    if (fault) this.fail(path, op.type, `its output of ${shape.slice(1).join('×')} is too large: ${fault}`);
    return { id, shape, ...(flat && { flat }) };
  }

  /** A value that is kept from run to run, 0 at the first. `keep` says what it becomes. */
  state(name: string, shape: NHWC): LayerValue {
    this.#values += elements(shape);
    if (this.#values > mostWeights)
      this.fail(name, 'state', 'the network has more than 2^27 values of weights and state');
    return { id: this.#activation(name, shape), shape };
  }

  /** Says what a value of `state` is in the next run. */
  keep(path: string, { id: value, shape }: LayerValue, next: LayerValue): void {
    const site = { node: -1, op: 'variable', name: under(path, 'past'), inserted: true } as const;
    this.#kept.push({ site, value, from: next.id, bytes: new Uint8Array(4 * elements(shape)) });
  }

  /** The graph, with the requested values, in that order. */
  finish(values: readonly Float32Array[]): Graph {
    for (const [i, { id, arrange }] of this.wanted.entries()) {
      this.#writer.fill(id, arrange(values[i]));
    }
    this.#writer.keep(this.#kept);
    return this.#writer.finish(words);
  }

  /** Reports what is wrong with a module. */
  report(path: string, type: string, what: string): void {
    this.#writer.problem({ node: -1, op: type, name: path }, what);
  }

  /** The same, and ends the look at the module; at those behind it, too, where no `fitting` input is known. */
  fail(path: string, type: string, what: string, fitting?: Omit<LayerValue, 'id'>): never {
    this.report(path, type, what);
    throw new Misfit(path, fitting && { id: -1, ...fitting });
  }

  #activation(name: string, shape: NHWC): TensorId {
    return this.#writer.declare({ name, dtype: 'f32', shape, fileShape: shape, perImage: true });
  }
}
