import type { Op } from './op.ts';
import type { NHWC, Tensor } from './tensor.ts';

/** An index into `Graph.tensors`; −1 is an optional input that is not given. */
export type TensorId = number;

/** A block that a node is part of: its module path in the user's network, and what it is (LiteBlock, InvertedResidual …). */
export interface Block {
  readonly path: string;
  readonly type: string;
}

/** What training saw of a node's output before its activation, by channel: mean and standard deviation. */
export interface TrainedOutput {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** One operation. It holds its op's definition, so that generic stages ask the op and never switch on its name. */
export interface Node<Attributes = unknown> {
  /** Position in the user's file, for messages; the node's own position where it comes from a builder. */
  readonly index: number;
  /** What the user calls it: the file's op name and the output tensor's name, or a module path. */
  readonly name: string;
  readonly op: Op<Attributes>;
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
  readonly attributes: Attributes;
  /** The blocks around it, outermost first; absent: none. */
  readonly blocks?: readonly Block[];
  /** Known where a batch normalisation was folded into the node; absent elsewhere. */
  readonly trained?: TrainedOutput;
}

/** A network. `nodes` are in an order in which each runs after its producers. Plain data; passes return a new one. */
export interface Graph {
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly nodes: readonly Node[];
  readonly inputs: readonly TensorId[];
  readonly outputs: readonly TensorId[];
}

/** A node with its tensors looked up: what ops and kernels are handed. An absent optional input is undefined. */
export interface NodeView<Attributes = unknown> {
  readonly node: Node<Attributes>;
  readonly attributes: Attributes;
  readonly inputs: readonly (Tensor | undefined)[];
  readonly outputs: readonly Tensor[];
  /**
   * How accumulators become int8, in place of TFLite's two roundings. Plain references ask for it, kernels do not: it is
   * there to find out what another runtime has done.
   */
  readonly requantize?: Requantize;
}

/** acc · multiplier · 2^(shift − 31), rounded somehow. */
export type Requantize = (acc: number, multiplier: number, shift: number) => number;

export function viewOf<A>(graph: Graph, node: Node<A>): NodeView<A> {
  return {
    node,
    attributes: node.attributes,
    inputs: node.inputs.map((id) => (id < 0 ? undefined : graph.tensors[id])),
    outputs: node.outputs.map((id) => graph.tensors[id] as Tensor),
  };
}

/** The i-th input, which the op's definition says is always there. */
export function inputOf<A>(view: NodeView<A>, i: number): Tensor {
  const tensor = view.inputs[i];
  if (!tensor) throw new Error(`node ${view.node.index} "${view.node.name}" has no input ${i}`);
  return tensor;
}

export const outputOf = <A>(view: NodeView<A>): Tensor => view.outputs[0] as Tensor;

/** The NHWC shape of an activation. */
export const nhwc = (tensor: Tensor): NHWC => tensor.shape as unknown as NHWC;

/** Whether a graph has activations and all of them are real values. */
export function isFloat({ tensors, nodes, inputs }: Graph): boolean {
  const activations = new Set([...inputs, ...nodes.flatMap(({ outputs }) => outputs)]);
  return activations.size > 0 && [...activations].every((id) => tensors[id]?.dtype === 'f32');
}

/** node index → the nodes that read each tensor, in order. */
export function readersOf(graph: Graph): Map<TensorId, number[]> {
  const readers = new Map<TensorId, number[]>();
  graph.nodes.forEach((node, n) => {
    for (const id of node.inputs) {
      if (id < 0) continue;
      const list = readers.get(id);
      if (list) list.push(n);
      else readers.set(id, [n]);
    }
  });
  return readers;
}

/**
 * How many classes an output is about: as many as it has channels, or, where it holds indices of classes (`Op.classes`),
 * as many as those were chosen from.
 */
export function classesOf(graph: Graph, output: TensorId): number {
  const producers = producersOf(graph);
  for (let id = output; ; ) {
    const node = graph.nodes[producers.get(id) ?? -1];
    if (node?.op.classes) return node.op.classes(viewOf(graph, node));
    if (!node?.op.view) return nhwc(graph.tensors[output] as Tensor)[3];
    id = node.inputs[0] as TensorId;
  }
}

/** Which node makes each tensor. Graph inputs and constants have no entry. */
export function producersOf(graph: Graph): Map<TensorId, number> {
  const producers = new Map<TensorId, number>();
  graph.nodes.forEach((node, n) => {
    for (const id of node.outputs) producers.set(id, n);
  });
  return producers;
}
