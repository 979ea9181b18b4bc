import type { Values } from '../../format/values.ts';
import { type Graph, operandAt, producersOf, viewOf } from '../../graph/graph.ts';
import type { NodeView } from '../../graph/op.ts';
import { roomFor, type TensorId } from '../../graph/tensor.ts';

/** One node about to be computed: what a rule may change. */
export interface Call {
  readonly view: NodeView;
  readonly inputs: readonly (Values | undefined)[];
  /** Computes the outputs in place of the op's definition. */
  readonly by?: (call: Call) => readonly Values[];
  /** Done to the values of the first output. */
  readonly after?: (y: Values) => Values;
}

/** The same node by another rule. */
export type Alter = (call: Call) => Call;

/** Layers from tensors whose values are known to one that is asked for. */
export interface Segment {
  readonly graph: Graph;
  /** Positions in `graph.nodes`, in order. */
  readonly nodes: readonly number[];
  readonly target: TensorId;
  readonly known: ReadonlyMap<TensorId, Values>;
}

/** Undefined where something is missing on the way. */
export function segmentTo(graph: Graph, target: TensorId, known: ReadonlyMap<TensorId, Values>): Segment | undefined {
  const producers = producersOf(graph);
  const nodes = new Set<number>();
  const visit = (id: TensorId): boolean => {
    if (id < 0 || known.has(id) || graph.tensors[id].data) return true;
    const n = producers.get(id);
    if (n === undefined) return false;
    if (nodes.has(n)) return true;
    nodes.add(n);
    return graph.nodes[n].inputs.every(visit);
  };
  const maker = producers.get(target);
  if (maker === undefined) return undefined;
  nodes.add(maker);
  if (!graph.nodes[maker].inputs.every(visit)) return undefined;
  return { graph, nodes: [...nodes].sort((a, b) => a - b), target, known };
}

/** Every node of a segment, by the plain definitions: what each reads and makes. */
export interface Computed {
  readonly calls: ReadonlyMap<number, Call>;
  readonly values: ReadonlyMap<TensorId, Values>;
}

export function computed(segment: Segment): Computed {
  const { graph, nodes, known } = segment;
  const values = new Map(known);
  const calls = new Map<number, Call>();
  for (const n of nodes) {
    const call = callOf(graph, n, (id) => values.get(id));
    calls.set(n, call);
    keep(graph, n, compute(call), values);
  }
  return { calls, values };
}

/** The values of the tensor that is asked for, with node `altered` computed otherwise: it, and what reads it from there on. */
export function recompute(segment: Segment, plain: Computed, altered: number, alter: Alter): Values {
  const { graph, nodes, target } = segment;
  const changed = new Map<TensorId, Values>();
  for (const n of nodes) {
    if (n < altered) continue;
    const reads = graph.nodes[n].inputs.some((id) => changed.has(id));
    if (n !== altered && !reads) continue;
    const call =
      n === altered ? (plain.calls.get(n) as Call) : callOf(graph, n, (id) => changed.get(id) ?? plain.values.get(id));
    keep(graph, n, compute(n === altered ? alter(call) : call), changed);
  }
  return changed.get(target) ?? (plain.values.get(target) as Values);
}

function keep({ nodes }: Graph, n: number, outputs: readonly Values[], values: Map<TensorId, Values>): void {
  nodes[n].outputs.forEach((id, i) => {
    values.set(id, outputs[i]);
  });
}

/** Node n with what it reads. */
export function callOf(graph: Graph, n: number, valuesOf: (id: TensorId) => Values | undefined): Call {
  const node = graph.nodes[n];
  const inputs = node.inputs.map((id) => operandAt(graph, id)?.data ?? valuesOf(id));
  return { view: viewOf(graph, node), inputs };
}

/** The outputs of a node by its definition: integers by its reference, real values by its float form. */
export function compute(call: Call): readonly Values[] {
  const outputs = (call.by ?? define)(call);
  const { after } = call;
  return after ? outputs.map((y, i) => (i === 0 ? after(y) : y)) : outputs;
}

function define({ view, inputs }: Call): readonly Values[] {
  const outputs = view.outputs.map(roomFor);
  const { op } = view.node;
  const real = [...view.inputs, ...view.outputs].every((tensor) => !tensor || tensor.dtype === 'f32');
  if (real) op.float?.(view, inputs as readonly (Float32Array | undefined)[], outputs as Float32Array[]);
  else op.reference(view, inputs, outputs);
  return outputs;
}
