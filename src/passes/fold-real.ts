import { type Graph, producersOf, readersOf, viewOf } from '../graph/graph.ts';
import { nodeFaults } from '../graph/node-faults.ts';
import type { Equivalent, Node } from '../graph/op.ts';
import type { TensorId } from '../graph/tensor.ts';
import { isOneValue } from './fold-functions.ts';
import { chainBetween, tableOf } from './function-chain.ts';
import { removeDead } from './remove-dead.ts';

/**
 * Float values inside a quantised model or at its end, which DEQUANTIZE and float32 operators make. Where no float32 kernel is
 * needed, they become:
 *
 *   functions of one value   one table of what they give for each byte: int8 where QUANTIZE follows, real at the end. Exact.
 *   a softmax                an op on the int8 values that gives the same real ones (`Op.ofDequantized`). Exact.
 *   any other operator       the same on the int8 tensors, where QUANTIZE alone reads what it gives: what int8 models have there, which
 *                            rounds otherwise than float32 by a step in places.
 *
 * What is left is refused by name when kernels are chosen. Graphs that are real throughout stay as they are.
 */
export function foldReal(graph: Graph): Graph {
  const isOf = (id: TensorId, dtype: 'i8' | 'f32'): boolean => graph.tensors[id]?.dtype === dtype;
  /** Nodes that make real values of int8 ones, and nothing else. */
  const leaves = ({ op, inputs, outputs }: Node): boolean =>
    op.asTable !== undefined && inputs.length === 1 && isOf(inputs[0], 'i8') && isOf(outputs[0], 'f32');
  const enters = ({ op, inputs, outputs }: Node): boolean =>
    op.asTable !== undefined && inputs.length === 1 && isOf(inputs[0], 'f32') && isOf(outputs[0], 'i8');
  const isReal = ({ inputs, outputs }: Node): boolean =>
    [...inputs.filter((id) => id >= 0), ...outputs].every((id) => isOf(id, 'f32'));
  if (!graph.nodes.some(leaves)) return graph;

  const producers = producersOf(graph);
  const readers = readersOf(graph);
  const nodes = [...graph.nodes];
  const quantized = (id: TensorId): TensorId | undefined => {
    const n = producers.get(id);
    return n !== undefined && leaves(graph.nodes[n]) ? graph.nodes[n].inputs[0] : undefined;
  };
  const put = ({ index, name, blocks, outputs }: Node, { op, attributes }: Equivalent, inputs: TensorId[]): Node => {
    return { index, name, op, inputs, outputs, attributes, ...(blocks && { blocks }) };
  };

  /** The int8 tensor of whose bytes a real tensor is a function, place by place, by one operator of real values or more. */
  const sources = new Map<TensorId, TensorId>();
  for (const node of graph.nodes) {
    if (!node.op.asTable || !node.op.float || !isReal(node)) continue;
    const given = node.inputs.filter((id) => id >= 0 && !isOneValue(graph.tensors[id]));
    const [source, ...others] = new Set(given.map((id) => sources.get(id) ?? quantized(id)));
    const [y] = node.outputs;
    const isAsLarge = source !== undefined && String(graph.tensors[source].shape) === String(graph.tensors[y].shape);
    if (others.length === 0 && isAsLarge) sources.set(y, source);
  }

  graph.nodes.forEach((node, n) => {
    const [x] = node.inputs;
    const [y] = node.outputs;
    const source = enters(node) ? sources.get(x) : graph.outputs.includes(y) ? sources.get(y) : undefined;
    if (source !== undefined) {
      const table = node.op.asTable?.(tableOf(graph, chainBetween(graph, producers, source, y), source, y));
      if (table) nodes[n] = put(node, table, [source]);
      return;
    }
    const before = isReal(node) ? quantized(x) : undefined;
    const same = before === undefined ? undefined : node.op.ofDequantized?.(node.attributes);
    if (same && before !== undefined) nodes[n] = put(node, same, [before]);
    else if (enters(node)) nodes[n] = onQuantized(x, node) ?? node;
  });
  return nodes.every((node, n) => node === graph.nodes[n]) ? graph : removeDead({ ...graph, nodes });

  /** The node that makes real tensor x, of int8 tensors: makes what \`node\` makes of x. Undefined where it takes none, or is not alone. */
  function onQuantized(x: TensorId, node: Node): Node | undefined {
    const n = producers.get(x);
    const maker = n === undefined ? undefined : graph.nodes[n];
    if (!maker || !isReal(maker) || maker.op.ofDequantized || graph.outputs.includes(x)) return undefined;
    if (!(readers.get(x) ?? []).every((reader) => enters(graph.nodes[reader]))) return undefined;
    const inputs = maker.inputs.map((id) => (id < 0 ? id : quantized(id)));
    if (!inputs.every((id) => id !== undefined)) return undefined;
    const { op, attributes } = maker;
    const made = put(node, { op, attributes, constants: [] }, inputs);
    return nodeFaults(viewOf(graph, made)).length === 0 ? made : undefined;
  }
}
