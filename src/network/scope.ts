import { LiteBlockError } from '../format/errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import type { Block, Op } from '../graph/op.ts';
import { sizeFault } from '../graph/sizes.ts';
import { elements, type NHWC, type TensorId } from '../graph/tensor.ts';
import type { Weights } from './weights.ts';

/** A value on its way through the network. */
export interface Value {
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

/** Where layers write their nodes: a graph builder that knows the modules' names and the blocks around them. */
export class Scope {
  readonly source: string;
  readonly weights: Weights;
  readonly #build: GraphBuilder;
  readonly #shapes = new Map<TensorId, NHWC>();
  readonly #paths = new Set<string>();
  #blocks: readonly Block[] = [];
  #shuffled = 0;
  /** Values of all constants so far. */
  #values = 0;

  constructor(name: string, weights: Weights, source: string) {
    this.#build = new GraphBuilder(name);
    this.weights = weights;
    this.source = source;
  }

  input(shape: NHWC): Value {
    const id = this.#build.input('input', shape, undefined, { dtype: 'f32' });
    this.#shapes.set(id, shape);
    return { id, shape };
  }

  output({ id }: Value): Graph {
    this.#build.output(id);
    return this.#build.build();
  }

  /** Counts the channels that selections put in order. */
  shuffle(path: string, type: string, channels: number): void {
    this.#shuffled += channels;
    if (this.#shuffled > mostShuffled) {
      this.fail(path, type, `the network shuffles more than ${mostShuffled.toLocaleString('en-US')} channels`);
    }
  }

  /** Runs `layers` inside a block of this type and path. */
  block(type: string, path: string, layers: () => Value): Value {
    const around = this.#blocks;
    this.#blocks = [...around, { path, type }];
    const value = layers();
    this.#blocks = around;
    return value;
  }

  /** Takes a path for one module: two of them would read the same tensors. */
  claim(path: string, type: string): void {
    if (this.#paths.has(path)) this.fail(path, type, 'another module has this name (give each its own)');
    this.#paths.add(path);
    if (this.#paths.size > mostLayers) this.fail(path, type, `the network has more than ${mostLayers} layers`);
  }

  /** The weights of a layer, in PyTorch's order. */
  take(path: string, type: string, shape: readonly number[]): Float32Array {
    if (elements(shape) > mostWeights) {
      this.fail(path, type, `its weights [${shape.join(', ')}] are more than 2^27 values`);
    }
    return this.weights.take(under(path, 'weight'), shape);
  }

  constant(name: string, shape: readonly number[], data: Float32Array): TensorId {
    this.#values += data.length;
    if (this.#values > mostWeights) this.fail(name, 'weights', 'the network has more than 2^27 values of weights');
    return this.#build.constant(name, shape, data);
  }

  /** Appends a node. `flat`: the output is one row of values to the user. */
  add<A>(op: Op<A>, path: string, attributes: A, inputs: readonly TensorId[], flat = false): Value {
    const name = path || op.type;
    const read = inputs.map((id) => this.#shapes.get(id));
    let id: TensorId;
    try {
      const blocks = this.#blocks.length > 0 ? { blocks: this.#blocks } : {};
      id = this.#build.add(op, attributes, inputs, {
        name,
        dtype: 'f32',
        ...blocks,
        ...(flat && { fileShape: flatShape }),
      });
    } catch (cause) {
      const shapes = read.filter((shape) => shape).map((shape) => shape?.slice(1).join('×'));
      this.fail(path, op.type, `${(cause as Error).message} (its input is ${shapes.join(' and ')})`);
    }
    const shape = this.#build.shapeOf(id) as NHWC;
    const fault = sizeFault(shape);
    if (fault) this.fail(path, op.type, `its output of ${shape.slice(1).join('×')} is too large: ${fault}`);
    this.#shapes.set(id, shape);
    return { id, shape, ...(flat && { flat }) };
  }

  /** Throws 'graph-invalid', naming the module. */
  fail(path: string, type: string, what: string): never {
    throw new LiteBlockError('graph-invalid', `${this.source}: ${path || '(top)'} (${type}): ${what}`);
  }
}
