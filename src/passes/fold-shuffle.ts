import { type Graph, keptTensors, producersOf, readersOf, viewOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { equalQuantization } from '../graph/quantization.ts';
import type { ChannelAxis, ChannelRule } from '../graph/rules.ts';
import type { Tensor, TensorId } from '../graph/tensor.ts';
import { permuteAxis } from './permute-axis.ts';
import { removeDead } from './remove-dead.ts';

type Order = readonly number[];

/**
 * Takes away selections of channels, one after the other:
 *  - one that changes nothing is left out;
 *  - one of another becomes one selection, of one tensor or of two;
 *  - a permutation goes into the inputs of all the products behind it, or into the outputs of the one before it, past ops
 *    that treat each channel alone, whose constants it puts in order on the way. A selection that it meets takes it up.
 *
 * What is left is one step for each unit that concatenates and shuffles. On bytes the results are the same; a float product
 * that takes up a permutation of its inputs sums them in another order, so that last bits may differ.
 */
export function foldShuffle(graph: Graph): Graph {
  for (let before = graph; ; ) {
    const after = foldOne(before);
    if (!after) return before;
    before = removeDead(after);
  }
}

function foldOne(graph: Graph): Graph | undefined {
  for (const [n, node] of graph.nodes.entries()) {
    const order = orderOf(node);
    if (!order) continue;
    const after =
      merged(graph, n, order) ?? (isPermutation(graph, node, order) ? withoutPermutation(graph, n, order) : undefined);
    if (after) return after;
  }
  return undefined;
}

/** Which channels a node selects; undefined where it does something else. */
const orderOf = (node: Node | undefined): Order | undefined => node?.op.channelOrder?.(node.attributes);

const withOrder = (node: Node, order: Order): Node => ({ ...node, attributes: node.op.withChannelOrder?.(order) });

const channelsOf = (graph: Graph, id: TensorId): number => graph.tensors[id].shape[3];

/** Whether bytes stay what they are, to the last bit of the scale: a tolerance is verify's. */
const sameScale = ({ tensors }: Graph, a: TensorId, b: TensorId): boolean =>
  equalQuantization(tensors[a].quantization, tensors[b].quantization);

/** Every channel of one tensor, once. */
function isPermutation(graph: Graph, { inputs, outputs }: Node, order: Order): boolean {
  const [x, y] = [inputs[0], outputs[0]];
  if ((inputs[1] ?? -1) >= 0 || graph.tensors[x].data || !sameScale(graph, x, y)) return false;
  return order.length === channelsOf(graph, x) && new Set(order).size === order.length;
}

/** Selection n reading what the selection before it reads, where the two read no third tensor. */
function merged(graph: Graph, n: number, outer: Order): Graph | undefined {
  const node = graph.nodes[n];
  const producers = producersOf(graph);
  const inputs = node.inputs.filter((id) => id >= 0);
  for (const [position, id] of inputs.entries()) {
    const source = graph.nodes[producers.get(id) ?? -1];
    const inner = orderOf(source);
    if (!source || !inner) continue;
    const behind = source.inputs.filter((from) => from >= 0);
    if (inputs.length - 1 + behind.length > 2 || !behind.every((from) => sameScale(graph, from, id))) continue;
    const before = position === 0 ? 0 : channelsOf(graph, inputs[0]);
    const channels = channelsOf(graph, id);
    const more = behind.reduce((sum, from) => sum + channelsOf(graph, from), 0) - channels;
    const order = outer.map((from) => {
      const inside = from >= before && from < before + channels;
      if (inside) return before + inner[from - before];
      return from < before ? from : from + more;
    });
    const reads = inputs.flatMap((input, i) => (i === position ? behind : [input]));
    return withNodes(graph, new Map([[n, withOrder({ ...node, inputs: reads }, order)]]));
  }
  return undefined;
}

/** The graph without permutation n: channels come in order to it, or are not expected in order behind it. */
function withoutPermutation(graph: Graph, n: number, order: Order): Graph | undefined {
  const { inputs, outputs } = graph.nodes[n];
  const [x, y] = [inputs[0], outputs[0]];
  const drop = (edits: Edits, change: (node: Node) => Node): Graph => ({
    ...graph,
    tensors: edits.tensors,
    nodes: edits.nodes.filter((_, i) => i !== n).map(change),
  });
  const readers = unpermuted(graph, y, order);
  if (readers) {
    return drop(readers, (node) => ({ ...node, inputs: node.inputs.map((id) => (id === y ? x : id)) }));
  }
  const makers = permuted(graph, x, order);
  return makers && drop(makers, (node) => ({ ...node, outputs: node.outputs.map((id) => (id === x ? y : id)) }));
}

const withNodes = (graph: Graph, changed: ReadonlyMap<number, Node>): Graph => ({
  ...graph,
  nodes: graph.nodes.map((node, n) => changed.get(n) ?? node),
});

const isIdentity = (order: Order): boolean => order.every((from, c) => from === c);

/** A graph's nodes and tensors as they are changed; constants in another order are new ones at the end. */
interface Edits {
  readonly nodes: Node[];
  readonly tensors: Tensor[];
}

const editsOf = ({ nodes, tensors }: Graph): Edits => ({ nodes: [...nodes], tensors: [...tensors] });

/** Puts the constants of node n in order along their axes. What training saw of its channels is forgotten. */
function permute({ nodes, tensors }: Edits, n: number, axes: readonly ChannelAxis[], order: Order): void {
  for (const { input, axis } of axes) {
    const { trained: _, ...node } = nodes[n];
    const constant = tensors[node.inputs[input] ?? -1];
    if (!constant) continue;
    const id = tensors.push(permuteAxis(constant, axis, order)) - 1;
    nodes[n] = { ...node, inputs: node.inputs.map((old, i) => (i === input ? id : old)) };
  }
}

/** What node n makes of the order of channels, where input 0 alone is not a constant. */
function ruleOf(graph: Graph, n: number): ChannelRule | undefined {
  const node = graph.nodes[n];
  const [x, ...others] = node.inputs;
  const alone = !graph.tensors[x].data && others.every((id) => id < 0 || graph.tensors[id].data);
  return alone ? node.op.channels?.(viewOf(graph, node)) : undefined;
}

/**
 * All that reads tensor `id`, changed for channels that come unpermuted: at order[c] what was at c. undefined where something
 * cannot change.
 */
function unpermuted(graph: Graph, id: TensorId, order: Order): Edits | undefined {
  const readers = readersOf(graph);
  const inverse: number[] = [];
  for (const [c, from] of order.entries()) inverse[from] = c;
  const edits = editsOf(graph);

  const followed = (tensor: TensorId): boolean =>
    !keptTensors(graph).includes(tensor) && [...new Set(readers.get(tensor))].every((n) => changed(n, tensor));

  const changed = (n: number, tensor: TensorId): boolean => {
    const node = edits.nodes[n];
    if (isIdentity(order)) return true;
    const selected = orderOf(node);
    if (selected) {
      edits.nodes[n] = withOrder(node, takenUp(graph, node.inputs, selected, tensor, order));
      return true;
    }
    const rule = ruleOf(graph, n);
    if (!rule) return false;
    permute(edits, n, rule.kind === 'mixed' ? rule.x : rule.constants, inverse);
    return rule.kind === 'mixed' || followed(node.outputs[0]);
  };
  return followed(id) ? edits : undefined;
}

/** The order of a selection that reads `tensor`, once that comes unpermuted. */
function takenUp(graph: Graph, inputs: readonly TensorId[], selected: Order, tensor: TensorId, order: Order): Order {
  const border = channelsOf(graph, inputs[0]);
  return selected.map((from) => {
    const [position, base] = from < border ? [0, 0] : [1, border];
    return inputs[position] === tensor ? base + order[from - base] : from;
  });
}

/** What makes tensor `id`, changed to make it permuted: at c what was at order[c]. undefined where that cannot be. */
function permuted(graph: Graph, id: TensorId, order: Order): Edits | undefined {
  const readers = readersOf(graph);
  const producers = producersOf(graph);
  const edits = editsOf(graph);
  for (let tensor = id; ; ) {
    const n = producers.get(tensor);
    if (n === undefined || readers.get(tensor)?.length !== 1 || keptTensors(graph).includes(tensor)) return undefined;
    if (isIdentity(order)) return edits;
    const node = graph.nodes[n];
    const selected = orderOf(node);
    if (selected) {
      edits.nodes[n] = withOrder(
        node,
        order.map((from) => selected[from]),
      );
      return edits;
    }
    const rule = ruleOf(graph, n);
    if (!rule) return undefined;
    permute(edits, n, rule.kind === 'mixed' ? rule.y : rule.constants, order);
    if (rule.kind === 'mixed') return edits;
    tensor = node.inputs[0];
  }
}
