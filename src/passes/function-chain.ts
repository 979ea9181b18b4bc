import type { Values } from '../format/values.ts';
import type { Graph } from '../graph/graph.ts';
import type { Node, NodeView } from '../graph/op.ts';
import { roomFor, type Tensor, type TensorId } from '../graph/tensor.ts';

const isReal = (values: Values | undefined): values is Float32Array => values instanceof Float32Array;

/** The nodes by which `target` is made of `source`, in the order of execution. */
export function chainBetween(
  graph: Graph,
  producers: ReadonlyMap<TensorId, number>,
  source: TensorId,
  target: TensorId,
): readonly Node[] {
  const found = new Set<number>();
  const open = [target];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const n = id === source ? undefined : producers.get(id);
    if (n === undefined || found.has(n)) continue;
    found.add(n);
    open.push(...graph.nodes[n].inputs);
  }
  return [...found].sort((a, b) => a - b).map((n) => graph.nodes[n]);
}

/**
 * What the chain gives for −128 … 127: its nodes are run on a row of these values, those of real values by their float definitions, all
 * others by their references.
 */
export function tableOf(
  { tensors }: Graph,
  chain: readonly Node[],
  source: TensorId,
  target: TensorId,
): readonly number[] {
  const every = Int8Array.from({ length: 256 }, (_, i) => i - 128);
  const values = new Map<TensorId, Values>([[source, every]]);
  const asRow = (id: TensorId): Tensor | undefined =>
    id < 0 ? undefined : { ...tensors[id], shape: [1, 1, tensors[id].data ? 1 : 256, 1] };
  for (const node of chain) {
    const { inputs, outputs, attributes, op } = node;
    const view: NodeView = { node, attributes, inputs: inputs.map(asRow), outputs: outputs.map(asRow) as Tensor[] };
    const y = roomFor(view.outputs[0]);
    const given = inputs.map((id) => values.get(id) ?? tensors[id]?.data);
    if (op.float && isReal(y) && given.every(isReal)) op.float(view, given, [y]);
    else op.reference(view, given, [y]);
    values.set(outputs[0], y);
  }
  return Array.from((values.get(target) ?? every) as ArrayLike<number>);
}
