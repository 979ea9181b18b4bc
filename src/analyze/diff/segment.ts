import { type Graph, type Node, type NodeView, producersOf, type TensorId, viewOf } from '../../graph/graph.ts';
import type { Data8 } from '../../graph/op.ts';
import { elements, type Tensor } from '../../graph/tensor.ts';

/** One node about to be computed: what a rule may change. */
export interface Call {
  readonly view: NodeView;
  readonly inputs: readonly (Data8 | undefined)[];
  /** Computes the outputs in place of the op's definition. */
  readonly by?: (call: Call) => readonly Data8[];
  /** Done to the values of the first output. */
  readonly after?: (y: Data8) => Data8;
}

/** The same node by another rule. */
export type Alter = (call: Call) => Call;

/** Layers from tensors whose values are known to one that is asked for. */
export interface Segment {
  readonly graph: Graph;
  /** Positions in `graph.nodes`, in order. */
  readonly nodes: readonly number[];
  readonly target: TensorId;
  readonly known: ReadonlyMap<TensorId, Data8>;
}

/** Undefined where something is missing on the way. */
export function segmentTo(graph: Graph, target: TensorId, known: ReadonlyMap<TensorId, Data8>): Segment | undefined {
  const producers = producersOf(graph);
  const nodes = new Set<number>();
  const visit = (id: TensorId): boolean => {
    if (id < 0 || known.has(id) || graph.tensors[id]?.data) return true;
    const n = producers.get(id);
    if (n === undefined) return false;
    if (nodes.has(n)) return true;
    nodes.add(n);
    return (graph.nodes[n]?.inputs ?? []).every(visit);
  };
  const maker = producers.get(target);
  if (maker === undefined) return undefined;
  nodes.add(maker);
  if (!graph.nodes[maker]?.inputs.every(visit)) return undefined;
  return { graph, nodes: [...nodes].sort((a, b) => a - b), target, known };
}

function room({ dtype, shape }: Tensor): Data8 {
  const size = elements(shape);
  return dtype === 'f32' ? new Float32Array(size) : dtype === 'u8' ? new Uint8Array(size) : new Int8Array(size);
}

/** The values of the tensor that is asked for, by the plain definitions, with node `altered` computed otherwise. */
export function recompute(segment: Segment, altered = -1, alter: Alter = (call) => call): Data8 {
  const { graph, nodes, target, known } = segment;
  const made = new Map<TensorId, Data8>();
  for (const n of nodes) {
    const plain = callOf(segment, n, (id) => made.get(id) ?? known.get(id));
    const call = n === altered ? alter(plain) : plain;
    const outputs = compute(call);
    graph.nodes[n]?.outputs.forEach((id, i) => {
      made.set(id, outputs[i] as Data8);
    });
  }
  return made.get(target) as Data8;
}

/** Node n with what it reads. */
export function callOf({ graph }: Segment, n: number, valuesOf: (id: TensorId) => Data8 | undefined): Call {
  const node = graph.nodes[n] as Node;
  const inputs = node.inputs.map((id) => (graph.tensors[id]?.data as Data8 | undefined) ?? valuesOf(id));
  return { view: viewOf(graph, node), inputs };
}

/** The outputs of a node by its definition: integers by its reference, real values by its float form. */
export function compute(call: Call): readonly Data8[] {
  const outputs = (call.by ?? define)(call);
  const { after } = call;
  return after ? outputs.map((y, i) => (i === 0 ? after(y) : y)) : outputs;
}

function define({ view, inputs }: Call): readonly Data8[] {
  const outputs = view.outputs.map(room);
  const { op } = view.node;
  if (!(outputs[0] instanceof Float32Array)) op.reference(view, inputs, outputs);
  else op.float?.(view, inputs as readonly (Float32Array | undefined)[], outputs as Float32Array[]);
  return outputs;
}
