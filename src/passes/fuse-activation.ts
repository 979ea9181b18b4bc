import { type Graph, keptTensors, producersOf, readersOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { sameElements } from '../graph/quantization.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * A clamp that stands alone goes into the op before it, where that has a clamp of its own that can be both and nothing else
 * sees its output; of several in a row all do. One that clamps nothing goes without a trace.
 */
export function fuseActivation(graph: Graph): Graph {
  const { tensors } = graph;
  const nodes: (Node | undefined)[] = [...graph.nodes];
  const producers = producersOf(graph);
  const readers = readersOf(graph);
  const outputs = new Set(keptTensors(graph));
  for (let n = 0; n < nodes.length; n++) {
    const node = nodes[n];
    const activation = node?.op.clamp?.(node.attributes);
    if (!node || activation === undefined) continue;
    const [x, y] = [node.inputs[0], node.outputs[0]];
    // Exactly, so that the clamp of one is that of the other.
    if (!sameElements(tensors[x], tensors[y])) continue;
    const p = producers.get(x);
    const producer = p === undefined ? undefined : nodes[p];
    const seenOnce = readers.get(x)?.length === 1 && !outputs.has(x);
    const attributes = seenOnce ? producer?.op.withActivation?.(producer.attributes, activation) : undefined;
    if (p !== undefined && producer && attributes !== undefined) {
      nodes[p] = { ...producer, outputs: [y], attributes };
      nodes[n] = undefined;
      producers.set(y, p);
    } else if (activation === 'none' && !outputs.has(y)) {
      for (const reader of readers.get(y) ?? []) nodes[reader] = reading(nodes[reader] as Node, y, x);
      nodes[n] = undefined;
    }
  }
  const kept = nodes.filter((node) => node !== undefined);
  return kept.length === nodes.length ? graph : { ...graph, nodes: kept };
}

const reading = (node: Node, from: TensorId, to: TensorId): Node => ({
  ...node,
  inputs: node.inputs.map((id) => (id === from ? to : id)),
});
