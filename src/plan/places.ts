import { type Graph, keptTensors, producersOf, readersOf, viewOf } from '../graph/graph.ts';
import { type Kernel, mayReadApart, mayWriteApart } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';

/** Where a tensor is made: among the pixels of another, from a channel of it on. */
export interface Place {
  readonly whole: TensorId;
  readonly channel: number;
}

/**
 * For each tensor its place in what it is concatenated to, where it is to be made there, so that nothing is copied; else
 * undefined. It may where
 *  - the op that reads it says that it is a part of its output (`Op.places`), once, and no op before said so;
 *  - the kernel that makes it writes pixels that lie apart, and all others that read it take them; a view makes nothing;
 *  - no host writes or reads it, since hosts have dense rows, and no variable becomes it;
 *  - both are whole: a ring's rows come round one tensor at a time.
 */
export function placesOf(
  graph: Graph,
  kernels: readonly Kernel[],
  parts: readonly (number | undefined)[],
  capacities: ReadonlyMap<TensorId, number> = new Map(),
): (Place | undefined)[] {
  const readers = readersOf(graph);
  const producers = producersOf(graph);
  const places: (Place | undefined)[] = graph.tensors.map(() => undefined);
  const kept = new Set(keptTensors(graph));
  const isWhole = (id: TensorId): boolean => (capacities.get(id) ?? Infinity) >= graph.tensors[id].shape[1];
  const readsApart = (n: number): boolean => {
    const node = graph.nodes[n];
    return node !== undefined && !node.op.view && mayReadApart(kernels[n], viewOf(graph, node));
  };
  const mayLie = (x: TensorId, reader: number): boolean => {
    const p = producers.get(x);
    if (p === undefined || kept.has(x) || !isWhole(x) || places[x]) return false;
    const isMade =
      !graph.nodes[p].op.view && parts[p] === undefined && kernels[p] !== undefined && mayWriteApart(kernels[p]);
    const others = (readers.get(x) as number[]).filter((n) => n !== reader);
    return isMade && others.length === (readers.get(x)?.length ?? 0) - 1 && others.every(readsApart);
  };

  graph.nodes.forEach((node, n) => {
    const first = node.op.places?.(viewOf(graph, node)) ?? [];
    const whole = node.outputs[0];
    if (!isWhole(whole)) return;
    first.forEach((channel, i) => {
      const x = node.inputs[i];
      if (mayLie(x, n)) places[x] = { whole, channel };
    });
  });
  return places;
}

/** Inputs of a node, by position, that it has to copy into its output; none for an op that is not a concatenation. */
export function copiesOf(graph: Graph, places: readonly (Place | undefined)[], n: number): readonly number[] {
  const node = graph.nodes[n];
  if (!node?.op.places) return [];
  const [y] = node.outputs;
  return node.inputs.flatMap((x, i) => (places[x]?.whole === y ? [] : [i]));
}
