import type { ReshapeAttributes, TransposeAttributes } from '../graph/attributes.ts';
import { type Graph, type Node, producersOf, type TensorId } from '../graph/graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import { reshape } from '../ops/reshape.ts';
import { transpose } from '../ops/transpose.ts';
import { removeDead } from './remove-dead.ts';

type Order = TransposeAttributes['order'];

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

const isTranspose = (node: Node | undefined): node is Node<TransposeAttributes> => node?.op === transpose;

/** Whether bytes mean the same in both, to the last bit of the scale: a tolerance is verify's. */
function alike(graph: Graph, a: TensorId, b: TensorId): boolean {
  const [one, other] = [graph.tensors[a] as Tensor, graph.tensors[b] as Tensor];
  const [p, q] = [one.quantization, other.quantization];
  return one.dtype === other.dtype && p?.scale[0] === q?.scale[0] && p?.zeroPoint[0] === q?.zeroPoint[0];
}

const withNode = (graph: Graph, n: number, node: Node): Graph => ({
  ...graph,
  nodes: graph.nodes.map((old, i) => (i === n ? node : old)),
});

/** Transpose n reading what the transpose before it reads. */
function merged(graph: Graph, n: number, producers: ReadonlyMap<TensorId, number>): Graph | undefined {
  const node = graph.nodes[n] as Node<TransposeAttributes>;
  const between = node.inputs[0] as TensorId;
  const source = graph.nodes[producers.get(between) ?? -1];
  if (!isTranspose(source) || !alike(graph, source.inputs[0] as TensorId, between)) return undefined;
  const order = node.attributes.order.map((axis) => source.attributes.order[axis]) as unknown as Order;
  return withNode(graph, n, { ...node, inputs: source.inputs, attributes: { order } } as Node);
}

/** The axes of a shape that are not of size 1 keep their order. */
function keepsElements([, ...size]: readonly number[], order: Order): boolean {
  const moved = order.filter((axis) => (size[axis] as number) > 1);
  return moved.every((axis, i) => i === 0 || axis > (moved[i - 1] as number));
}

function asReshape(graph: Graph, n: number): Graph | undefined {
  const node = graph.nodes[n] as Node<TransposeAttributes>;
  const [x, y] = [graph.tensors[node.inputs[0] as TensorId], graph.tensors[node.outputs[0] as TensorId]];
  if (!x || !y || !keepsElements(x.shape, node.attributes.order) || isLeftOut(graph, node)) return undefined;
  const shape = y.shape as unknown as ReshapeAttributes['shape'];
  return withNode(graph, n, { ...node, op: reshape as Node['op'], attributes: { shape } });
}

/** Input and output are one tensor in all that anybody sees of them. */
function isLeftOut(graph: Graph, { inputs, outputs, attributes: { order } }: Node<TransposeAttributes>): boolean {
  const [x, y] = [inputs[0] as TensorId, outputs[0] as TensorId];
  const [from, to] = [graph.tensors[x] as Tensor, graph.tensors[y] as Tensor];
  const same = keepsElements(from.shape, order) && String(from.shape) === String(to.shape);
  return same && alike(graph, x, y) && !graph.outputs.includes(y);
}

function withoutIdentity(graph: Graph, n: number): Graph | undefined {
  const node = graph.nodes[n] as Node<TransposeAttributes>;
  if (!isLeftOut(graph, node)) return undefined;
  const [x, y] = [node.inputs[0] as TensorId, node.outputs[0] as TensorId];
  const nodes = graph.nodes
    .filter((_, i) => i !== n)
    .map((reader) =>
      reader.inputs.includes(y) ? { ...reader, inputs: reader.inputs.map((id) => (id === y ? x : id)) } : reader,
    );
  return { ...graph, nodes };
}
