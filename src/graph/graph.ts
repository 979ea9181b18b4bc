import type { Preprocessing } from '../format/model-file.ts';
import type { Postprocess } from '../format/postprocess.ts';
import type { Values } from '../format/values.ts';
import type { Node, NodeView } from './op.ts';
import type { NHWC, Tensor, TensorId } from './tensor.ts';

/** A network. `nodes` are in an order in which each runs after its producers. Plain data; passes return a new one. */
export interface Graph {
  /** The name of the model. */
  readonly name: string;
  /** Activations and constants; a `TensorId` is an index. */
  readonly tensors: readonly Tensor[];
  /** The operations, each after those that it reads from. */
  readonly nodes: readonly Node[];
  /** The tensors that a run is given. */
  readonly inputs: readonly TensorId[];
  /** The tensors that a run returns. */
  readonly outputs: readonly TensorId[];
  /** Its weights were int8 in the file, of a model of real values. */
  readonly isDynamicRange?: true;
  /** What its file says of inputs and outputs. */
  readonly notes?: FileNotes;
  /** What hosts compute from its outputs. */
  readonly postprocess?: Postprocess;
  /** What is kept from one run to the next. Absent: nothing. */
  readonly variables?: readonly Variable[];
}

/** What a model's file says of its first input and its first output. */
export interface FileNotes {
  /** Names of the classes, in the order of the output's channels. */
  readonly labels?: readonly string[];
  /** The file in the model's archive that has the labels. */
  readonly labelsFile?: string;
  /** How pixels become the real values of the input: (pixel − mean) / std. */
  readonly preprocessing?: Preprocessing;
}

/** State between runs. Within a run nothing is assigned: nodes read one tensor and make another. */
export interface Variable {
  /** Its name in the user's file. */
  readonly name: string;
  /** Its value at the start of a run: an activation that no node makes. */
  readonly value: TensorId;
  /** Its value at the end of the run, of the same type, shape and quantisation; `value` itself where no run changes it. */
  readonly next: TensorId;
  /** The value of the first run, and of the first one after a reset: as many elements as the tensor has. */
  readonly initial: Values;
}

export const variablesOf = ({ variables = [] }: Graph): readonly Variable[] => variables;

/** Activations that no node makes: inputs, then the values of variables. */
export const givenTensors = (graph: Graph): TensorId[] => [
  ...graph.inputs,
  ...variablesOf(graph).map(({ value }) => value),
];

/** Activations that are read after the last node: outputs, then what variables become. */
export const keptTensors = (graph: Graph): TensorId[] => [
  ...graph.outputs,
  ...variablesOf(graph).map(({ next }) => next),
];

export function viewOf<A>(graph: Graph, node: Node<A>): NodeView<A> {
  return {
    node,
    attributes: node.attributes,
    inputs: node.inputs.map((id) => operandAt(graph, id)),
    outputs: node.outputs.map((id) => graph.tensors[id]),
  };
}

/** The tensor of an operand; undefined for −1, an optional input that is not given. */
export const operandAt = ({ tensors }: Graph, id: TensorId): Tensor | undefined => (id < 0 ? undefined : tensors[id]);

/** The i-th input, which the op's definition says is always there. */
export function inputOf<A>(view: NodeView<A>, i: number): Tensor {
  const tensor = view.inputs[i];
  if (!tensor) throw new Error(`node ${view.node.index} "${view.node.name}" has no input ${i}`);
  return tensor;
}

export const outputOf = <A>(view: NodeView<A>): Tensor => view.outputs[0];

/** The NHWC shape of an activation. */
export const nhwc = (tensor: Tensor): NHWC => tensor.shape as unknown as NHWC;

/** Whether a graph has activations and all of them are real values. */
export function isFloat(graph: Graph): boolean {
  const activations = new Set([...givenTensors(graph), ...graph.nodes.flatMap(({ outputs }) => outputs)]);
  return activations.size > 0 && [...activations].every((id) => graph.tensors[id].dtype === 'f32');
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
    if (!node?.op.view) return nhwc(graph.tensors[output])[3];
    id = node.inputs[0];
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
