import { type Graph, viewOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { nearlySameElements } from '../graph/quantization.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * A concatenation that has all inputs of an earlier one, one after the other, reads that one's output in their place: dense
 * blocks that name all tensors so far become chains, whose tensors have one place each.
 */
export function foldConcat(graph: Graph): Graph {
  const search: Search = { graph, byFirst: new Map(), steps: mostSteps };
  let order = 0;
  const nodes = graph.nodes.map((node): Node => {
    if (!node.op.places?.(viewOf(graph, node))) return node;
    let folded = node;
    for (let next: Node | undefined = node; next; next = foldOne(search, folded)) folded = next;
    remember(search, folded, order++);
    return folded;
  });
  return nodes.every((node, n) => node === graph.nodes[n]) ? graph : { ...graph, nodes };
}

/**
 * Inputs that are looked at, all in all. A dense block of 250 layers takes three million. Concatenations that are left then stay
 * as they are, which is also right.
 */
const mostSteps = 2 ** 22;

/** A concatenation, and how many came before it. */
interface Joined {
  readonly node: Node;
  readonly order: number;
}

interface Search {
  readonly graph: Graph;
  /** Concatenations of two tensors or more so far, by their first input. */
  readonly byFirst: Map<TensorId, Joined[]>;
  /** How many inputs may still be looked at. */
  steps: number;
}

function remember({ byFirst }: Search, node: Node, order: number): void {
  const [first] = node.inputs;
  if (first === undefined || node.inputs.length < 2) return;
  const known = byFirst.get(first);
  if (known) known.push({ node, order });
  else byFirst.set(first, [{ node, order }]);
}

/** The node with the longest run of its inputs that an earlier one joins replaced, or the earliest of these; else undefined. */
function foldOne(search: Search, node: Node): Node | undefined {
  const { graph, byFirst } = search;
  const y = graph.tensors[node.outputs[0]];
  let best: { readonly at: number; readonly joined: Joined } | undefined;
  for (const [at, id] of node.inputs.entries()) {
    if (--search.steps < 0) return undefined;
    for (const joined of byFirst.get(id) ?? []) {
      const other = joined.node;
      if (other.op !== node.op || (best && !isBetter(joined, best.joined))) continue;
      if (!isRunAt(search, node.inputs, at, other.inputs)) continue;
      const made = graph.tensors[other.outputs[0]];
      if (y && made && nearlySameElements(y, made)) best = { at, joined };
    }
  }
  if (!best) return undefined;
  const { at } = best;
  const other = best.joined.node;
  const after = at + other.inputs.length;
  const inputs = [...node.inputs.slice(0, at), other.outputs[0], ...node.inputs.slice(after)];
  return { ...node, inputs };
}

/** The longer run, and of two alike the earlier one. */
function isBetter(one: Joined, other: Joined): boolean {
  const more = one.node.inputs.length - other.node.inputs.length;
  return more > 0 || (more === 0 && one.order < other.order);
}

/** Whether all of `run` stands in `ids` from `at` on. */
function isRunAt(search: Search, ids: readonly TensorId[], at: number, run: readonly TensorId[]): boolean {
  for (const [i, id] of run.entries()) {
    search.steps--;
    if (ids[at + i] !== id) return false;
  }
  return true;
}
