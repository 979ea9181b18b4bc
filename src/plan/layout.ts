import { type Graph, keptTensors, readersOf, variablesOf } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import { perTensor } from '../graph/tensor.ts';
import { copiesOf, type Place } from './places.ts';
import { commonBytes, isDense, partOf, type Ring, ringBytes, sameLayout } from './ring.ts';

/** Which memory each activation lies in, and in what shape. Constants have no ring and lie nowhere. */
export interface Layout {
  readonly rings: readonly (Ring | undefined)[];
  /** For each tensor the tensor that names its memory. Tensors of one memory have the same number of bytes. */
  readonly memory: readonly TensorId[];
  /** For each tensor the tensor whose elements it holds: itself, or what it is a view or a part of. */
  readonly content: readonly TensorId[];
  /** Tensors that are made among the pixels of another. */
  readonly places: readonly (Place | undefined)[];
  /** Whether node n only gives a tensor another shape, is a part of one or is made of parts, so that nothing runs. */
  readonly isView: readonly boolean[];
}

/** For each tensor itself, for what a variable becomes the variable's value: it is made where that lies. */
function ownMemories(graph: Graph): TensorId[] {
  const memory = graph.tensors.map((_, id) => id);
  for (const { value, next } of variablesOf(graph)) memory[next] = value;
  return memory;
}

/** Every tensor in a memory of its own but for what variables become, every node a stage. */
export const separate = (graph: Graph, rings: readonly (Ring | undefined)[]): Layout => ({
  rings,
  memory: ownMemories(graph),
  content: graph.tensors.map((_, id) => id),
  places: graph.tensors.map(() => undefined),
  isView: graph.nodes.map(() => false),
});

/**
 * Makes a node whose op is a `view` cost nothing, where that can be done:
 *  - both tensors are whole and dense: the output lies in the input's memory, unless their rows have too little in common;
 *  - the input is written by the host and read by this node alone: the input takes over the output's shape, padding
 *    columns included, because the host writes an image as one run of bytes, cut into rows of the operand.
 *
 * So does a node whose output is to be a part of its input (`parts`, by node): it takes the input's rows, padding columns
 * included, and begins at another channel. What has a place in the output of a concatenation (`places`, by tensor) lies in
 * that one's memory, and a concatenation runs only where there is an input without.
 *
 * What a variable becomes is made by a stage, unless it is what it was. `overState`: its value may have views.
 */
export function withViews(
  graph: Graph,
  rings: readonly (Ring | undefined)[],
  parts: readonly (number | undefined)[],
  places: readonly (Place | undefined)[],
  overState = true,
): Layout {
  const readers = readersOf(graph);
  const shapes = [...rings];
  const rootOf = (id: TensorId): TensorId => (places[id] ? rootOf(places[id].whole) : id);
  const own = ownMemories(graph);
  const at = graph.tensors.map((_, id) => own[rootOf(id)]);
  const becomes = new Set(variablesOf(graph).map(({ next }) => next));
  const values = new Set(variablesOf(graph).map(({ value }) => value));
  const holds = graph.tensors.map((_, id) => id);
  const views = graph.nodes.map(({ op }, n) => op.places !== undefined && copiesOf(graph, places, n).length === 0);
  /** Bytes that divide the rows of all tensors in a memory. */
  const cells = new Map<TensorId, number>();
  const kept = new Set(keptTensors(graph));
  const writtenByHost = new Set(graph.inputs.filter((id) => !kept.has(id)));

  graph.nodes.forEach((node, n) => {
    const part = parts[n];
    if (!node.op.view && part === undefined) return;
    const [x, y] = [node.inputs[0], node.outputs[0]];
    const [from, to] = [shapes[x], shapes[y]];
    if (!from || !to) return;
    const isUnchanged = becomes.has(y) && at[x] === at[y] && sameLayout(from, to);
    if (!isUnchanged && (becomes.has(y) || (!overState && values.has(at[x])))) return;
    if (part !== undefined) {
      shapes[y] = partOf(from, part, to.channels);
      views[n] = true;
      at[y] = at[x];
      holds[y] = holds[x];
      return;
    }
    const adopts = writtenByHost.has(x) && readers.get(x)?.length === 1 && samePadding(graph, x, y);
    if (!adopts && !(isDense(from) && isDense(to))) return;
    const root = at[x];
    const cell = adopts ? to.rowBytes : commonBytes(to.rowBytes, cells.get(root) ?? (shapes[root] ?? from).rowBytes);
    if (ringBytes(to) / cell > mostCells) return;
    cells.set(root, cell);
    views[n] = true;
    at[y] = at[x];
    holds[y] = holds[x];
    if (!adopts) return;
    // The host writes the whole image at once unless its own ring says otherwise.
    const ring = from.capacity < from.height ? to : { ...to, capacity: to.height };
    // Whatever the host's tensor was reshaped to so far is read by nothing but this node.
    holds.forEach((id, tensor) => {
      if (id === holds[x]) shapes[tensor] = ring;
    });
    if (!kept.has(y)) writtenByHost.add(y);
  });
  return { rings: shapes, memory: at, content: holds, places, isView: views };
}

/**
 * Pieces of a memory that a replay keeps apart, eight bytes each. Rows of 65,521 and of 312 bytes have single bytes in common:
 * a reshape of one to the other is then copied, which costs RAM but neither minutes nor gigabytes to plan.
 */
const mostCells = 2 ** 18;

/** The host fills padding columns with the input's zero point, readers expect the output's. */
function samePadding(graph: Graph, x: TensorId, y: TensorId): boolean {
  const [from, to] = [graph.tensors[x], graph.tensors[y]];
  if (!from?.quantization || !to?.quantization) return !from?.quantization && !to?.quantization;
  return from.dtype === to.dtype && perTensor(from).zeroPoint === perTensor(to).zeroPoint;
}

/** The layout in which tensor y, and what lies with it, lies where x does. */
export function merged(layout: Layout, y: TensorId, x: TensorId): Layout {
  const [from, to] = [layout.memory[y], layout.memory[x]];
  return { ...layout, memory: layout.memory.map((id) => (id === from ? to : id)) };
}
