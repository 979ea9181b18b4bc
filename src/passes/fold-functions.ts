import { type Graph, producersOf } from '../graph/graph.ts';
import { elements, type Tensor, type TensorId } from '../graph/tensor.ts';
import { chainBetween, tableOf } from './function-chain.ts';
import { removeDead } from './remove-dead.ts';

/**
 * Two or more functions of one byte become one, by a table that holds what they give for each byte: x · logistic(x) (SiLU),
 * x · relu6(x + 3) / 6, or any other graph of operators that work place by place on one int8 tensor and constants of one value.
 * The table is computed by the references of the operators, so that no byte changes.
 */
export function foldFunctions(graph: Graph): Graph {
  const sources = sourcesOf(graph);
  if (sources.size === 0) return graph;
  const producers = producersOf(graph);
  const needed = neededTensors(graph, sources);
  const nodes = [...graph.nodes];
  for (const id of needed) {
    const source = sources.get(id)?.find((one) => needed.has(one)) ?? sources.get(id)?.at(-1);
    const n = producers.get(id);
    if (source === undefined || n === undefined) continue;
    const chain = chainBetween(graph, producers, source, id);
    const equivalent = graph.nodes[n].op.asTable?.(tableOf(graph, chain, source, id));
    if (chain.length < 2 || !equivalent) continue;
    const { index, name, blocks } = graph.nodes[n];
    const { op, attributes } = equivalent;
    nodes[n] = { index, name, op, inputs: [source], outputs: [id], attributes, ...(blocks && { blocks }) };
  }
  return nodes.every((node, n) => node === graph.nodes[n]) ? graph : removeDead({ ...graph, nodes });
}

/** Tensors back from which a function is looked for: more in a row become several tables. */
const mostSources = 64;

/**
 * The tensors of whose values alone each tensor is a function, place by place, nearest first. Tensors that are not such a function
 * are not in it.
 */
function sourcesOf({ tensors, nodes }: Graph): Map<TensorId, readonly TensorId[]> {
  const sources = new Map<TensorId, readonly TensorId[]>();
  for (const { op, inputs, outputs } of nodes) {
    if (!op.asTable) continue;
    const used = [...inputs, ...outputs].filter((id) => id >= 0);
    if (used.some((id) => tensors[id].dtype !== 'i8')) continue;
    const [first, ...others] = inputs.filter((id) => id >= 0 && !isOneValue(tensors[id]));
    if (first === undefined) continue;
    const [y] = outputs;
    const isAsLarge = (id: TensorId): boolean => String(tensors[id].shape) === String(tensors[y].shape);
    const from = (id: TensorId): readonly TensorId[] =>
      tensors[id].data || !isAsLarge(id) ? [] : [id, ...(sources.get(id) ?? [])];
    const common = others.reduce((all, id) => {
      const known = new Set(from(id));
      return all.filter((one) => known.has(one));
    }, from(first));
    if (common.length > 0 && common.length <= mostSources) sources.set(y, common);
  }
  return sources;
}

export const isOneValue = ({ data, shape }: Tensor): boolean => data !== undefined && elements(shape) === 1;

/** Tensors that must be there whatever is folded: outputs of the graph, and inputs of nodes that are not a function of one tensor. */
function neededTensors(graph: Graph, sources: ReadonlyMap<TensorId, readonly TensorId[]>): ReadonlySet<TensorId> {
  const needed = new Set(graph.outputs);
  for (const { inputs, outputs } of graph.nodes) {
    if (!sources.has(outputs[0])) for (const id of inputs) needed.add(id);
  }
  return needed;
}
