import type { Values, ValueType } from '../format/values.ts';
import type { Graph, Variable } from './graph.ts';
import type { Block, Node, Op } from './op.ts';
import type { DType, NHWC, Quantization, Tensor, TensorId } from './tensor.ts';

export interface InputOptions {
  readonly dtype?: DType;
  readonly fileShape?: readonly number[];
  readonly perImage?: boolean;
}

export interface NodeOptions {
  readonly name?: string;
  readonly dtype?: DType;
  readonly quantization?: Quantization;
  /** Or what it is made from: the shape in the graph. */
  readonly fileShape?: readonly number[] | ((shape: readonly number[]) => readonly number[]);
  readonly blocks?: readonly Block[];
}

/** One scale and zero point for a whole tensor. */
export const quantizedBy = (scale: number, zeroPoint: number): Quantization => ({
  scale: [scale],
  zeroPoint: [zeroPoint],
  axis: 0,
});

/** Writes a graph node by node, in the order of execution. `build` may be called once all outputs are named. */
export class GraphBuilder {
  readonly #name: string;
  readonly #tensors: Tensor[] = [];
  readonly #nodes: Node[] = [];
  readonly #inputs: TensorId[] = [];
  readonly #outputs: TensorId[] = [];
  readonly #variables: Variable[] = [];

  constructor(name = 'graph') {
    this.#name = name;
  }

  input(name: string, shape: NHWC, quantization?: Quantization, options: InputOptions = {}): TensorId {
    const { dtype = 'i8', fileShape = shape, perImage = true } = options;
    return this.asInput(
      this.tensor({ name, dtype, shape, fileShape, perImage, ...(quantization && { quantization }) }),
    );
  }

  /** Makes a tensor an input of the graph. */
  asInput(id: TensorId): TensorId {
    this.#inputs.push(id);
    return id;
  }

  constant(name: string, shape: readonly number[], data: Values, quantization?: Quantization): TensorId {
    const constant = { name, dtype: dtypeOf(data), shape, fileShape: shape, perImage: false, data };
    return this.tensor({ ...constant, ...(quantization && { quantization }) });
  }

  /** Appends a node; the shape of its output is what the op says. An absent optional input is −1. */
  add<A>(op: Op<A>, attributes: A, inputs: readonly TensorId[], options: NodeOptions = {}): TensorId {
    const index = this.#nodes.length;
    const { name = `${op.type}_${index}`, dtype = 'i8', quantization, blocks } = options;
    const read = inputs.map((id) => this.#tensors[id]);
    const [shape] = op.outputShapes(read, attributes);
    if (!shape) throw new Error(`node ${index} ${op.type} "${name}" has no output`);
    const perImage = read.some((tensor) => tensor?.perImage);
    const { fileShape: given = shape } = options;
    const fileShape = typeof given === 'function' ? given(shape) : given;
    const output = this.tensor({ name, dtype, shape, fileShape, perImage, ...(quantization && { quantization }) });
    this.node({ index, name, op, inputs, outputs: [output], attributes, ...(blocks && { blocks }) });
    return output;
  }

  /** Appends a node whose tensors are all there. */
  node<A>(node: Node<A>): void {
    this.#nodes.push(node);
  }

  /** Appends a tensor: one that a node is going to make, or a constant. */
  tensor(tensor: Tensor): TensorId {
    return this.#tensors.push(tensor) - 1;
  }

  /** The shape of a tensor made so far. */
  shapeOf(id: TensorId): readonly number[] {
    return this.#tensors[id].shape;
  }

  /** A tensor made so far; undefined for −1. */
  tensorOf(id: TensorId): Tensor | undefined {
    return this.#tensors[id];
  }

  /** Puts another tensor in the place of one made so far. */
  replace(id: TensorId, tensor: Tensor): void {
    this.#tensors[id] = tensor;
  }

  output(id: TensorId): void {
    this.#outputs.push(id);
  }

  /** Names a variable, whose tensors are all there. */
  variable(variable: Variable): void {
    this.#variables.push(variable);
  }

  build(): Graph {
    return {
      name: this.#name,
      tensors: [...this.#tensors],
      nodes: [...this.#nodes],
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      ...(this.#variables.length > 0 && { variables: [...this.#variables] }),
    };
  }
}

/** A constant of bytes is u8: there are none of bool. */
function dtypeOf(data: Values): ValueType {
  if (data instanceof Int8Array) return 'i8';
  if (data instanceof Uint8Array) return 'u8';
  if (data instanceof Int16Array) return 'i16';
  if (data instanceof Int32Array) return 'i32';
  if (data instanceof Float32Array) return 'f32';
  return 'i64';
}
