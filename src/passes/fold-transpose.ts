import { type Graph, producersOf, viewOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { sameElements } from '../graph/quantization.ts';
import type { AxisOrder } from '../graph/rules.ts';
import type { Tensor, TensorId } from '../graph/tensor.ts';
import { removeDead } from './remove-dead.ts';

/**
 * Takes away changes of the order of axes, one after the other:
 *  - one of another becomes one, of what the first reads;
 *  - one that leaves every element where it is, because the axes that it moves have size 1, becomes a reshape;
 *  - one that changes nothing at all, as a transpose and its inverse do together, is left out, and what read it reads its
 *    input. One that makes an output of the graph stays, as a reshape: outputs are made by nodes.
 */
export function foldTranspose(graph: Graph): Graph {
  for (let before = graph; ; ) {
    const after = foldOne(before);
    if (!after) return before;
    before = removeDead(after);
  }
}

/** Rows of transposes first: only what they come to says whether it moves anything. */
function foldOne(graph: Graph): Graph | undefined {
  const producers = producersOf(graph);
  const steps = [
    (n: number) => merged(graph, n, producers),
    (n: number) => asReshape(graph, n),
    (n: number) => withoutIdentity(graph, n),
  ];
  for (const step of steps) {
    for (const [n, node] of graph.nodes.entries()) {
      const after = isTranspose(node) ? step(n) : undefined;
      if (after) return after;
    }
  }
  return undefined;
}

const isTranspose = ({ op }: Node): boolean => op.axisOrder !== undefined;

const withNode = (graph: Graph, n: number, node: Node): Graph => ({
  ...graph,
  nodes: graph.nodes.map((old, i) => (i === n ? node : old)),
});

const tensorsOf = ({ tensors }: Graph, { inputs, outputs }: Node): readonly [x: Tensor, y: Tensor] => [
  tensors[inputs[0] as TensorId] as Tensor,
  tensors[outputs[0] as TensorId] as Tensor,
];

/** Transpose n reading what the transpose before it reads. */
function merged(graph: Graph, n: number, producers: ReadonlyMap<TensorId, number>): Graph | undefined {
  const node = graph.nodes[n] as Node;
  const source = graph.nodes[producers.get(node.inputs[0] as TensorId) ?? -1];
  const first = source?.op.axisOrder?.(source.attributes);
  const second = node.op.axisOrder?.(node.attributes);
  if (!source || !first || !second || !sameElements(...tensorsOf(graph, source))) return undefined;
  const order: AxisOrder = [first[second[0]] as number, first[second[1]] as number, first[second[2]] as number];
  return withNode(graph, n, { ...node, inputs: source.inputs, attributes: node.op.withAxisOrder?.(order) });
}

function asReshape(graph: Graph, n: number): Graph | undefined {
  const node = graph.nodes[n] as Node;
  const other = node.op.equivalent?.(viewOf(graph, node));
  if (!other || isLeftOut(graph, node)) return undefined;
  return withNode(graph, n, { ...node, op: other.op, attributes: other.attributes });
}

/** Input and output are one tensor in all that anybody sees of them. */
function isLeftOut(graph: Graph, node: Node): boolean {
  const [x, y] = tensorsOf(graph, node);
  const keepsElements = node.op.equivalent?.(viewOf(graph, node)) !== undefined;
  const same = keepsElements && String(x.shape) === String(y.shape);
  return same && sameElements(x, y) && !graph.outputs.includes(node.outputs[0] as TensorId);
}

function withoutIdentity(graph: Graph, n: number): Graph | undefined {
  const node = graph.nodes[n] as Node;
  if (!isLeftOut(graph, node)) return undefined;
  const [x, y] = [node.inputs[0] as TensorId, node.outputs[0] as TensorId];
  const nodes = graph.nodes
    .filter((_, i) => i !== n)
    .map((reader) =>
      reader.inputs.includes(y) ? { ...reader, inputs: reader.inputs.map((id) => (id === y ? x : id)) } : reader,
    );
  return { ...graph, nodes };
}
