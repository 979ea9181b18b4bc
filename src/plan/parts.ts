import { type Graph, keptTensors, readersOf, variablesOf, viewOf } from '../graph/graph.ts';
import { type Kernel, mayReadApart } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';

/**
 * For each node the first channel of its input that its output is, where the output is to lie among the input's pixels, so
 * that nothing runs; else undefined. It may where
 *  - the op says that it is a part (`Op.part`), and of an activation;
 *  - no host reads it, since a host is given dense rows, and no variable becomes it;
 *  - every kernel that reads it takes pixels that lie apart;
 *  - the input is whole: the rows of a ring would go before the part's readers have seen them;
 *  - it is not a variable's value, unless `overState` says that these may have parts.
 */
export function partsOf(
  graph: Graph,
  kernels: readonly Kernel[],
  capacities: ReadonlyMap<TensorId, number> = new Map(),
  overState = true,
): (number | undefined)[] {
  const readers = readersOf(graph);
  const kept = new Set(keptTensors(graph));
  const values = new Set(overState ? [] : variablesOf(graph).map(({ value }) => value));
  const readApart = (n: number): boolean => {
    const node = graph.nodes[n];
    return node !== undefined && mayReadApart(kernels[n], viewOf(graph, node));
  };
  return graph.nodes.map((node) => {
    const [x, y] = [node.inputs[0], node.outputs[0]];
    const tensor = graph.tensors[x];
    const isWhole = (capacities.get(x) ?? Infinity) >= tensor?.shape[1];
    if (!tensor || tensor.data || !isWhole || kept.has(y) || values.has(x)) return undefined;
    return (readers.get(y) ?? []).every(readApart) ? node.op.part?.(viewOf(graph, node)) : undefined;
  });
}
