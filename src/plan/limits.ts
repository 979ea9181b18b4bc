import { LiteBlockError } from '../format/errors.ts';
import { type Graph, variablesOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { sizeFault } from '../graph/sizes.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { Read } from './reads.ts';

/**
 * What the planner takes on. Its time grows with the square of nodes (the arena is laid out in a hundred orders) and with
 * the rows that nodes read (a schedule is played row by row): at each limit a plan takes about a second.
 */

/** Nodes after folding. MobileNetV2 has 65, EfficientNet-Lite4 and DenseNet-121 about 200. */
export const mostNodes = 400;

/** Inputs of all nodes together, constants included. */
export const mostNodeInputs = 4_096;

/** Inputs, outputs and variables of the graph, each. The engine takes no more variables (assembly/check/state.ts). */
export const mostInterfaces = 128;

/** Rows that all nodes read, each counted for every output row that needs it. */
export const mostRowsRead = 2 ** 24;

const grouped = (value: number): string => value.toLocaleString('en-US');

/** Throws unsupported where a graph has more nodes than the planner takes on. */
export const refuseNodes = (graph: Graph): void => refuseCount(graph, graph.nodes.length, mostNodes, 'nodes');

/** Throws unsupported where a graph is beyond what the planner takes on, or a tensor beyond what the engine does. */
export function refuseLarge(graph: Graph, reads: () => readonly (readonly Read[])[]): void {
  const { nodes, inputs, outputs } = graph;
  refuseNodes(graph);
  const nodeInputs = nodes.reduce((sum, node) => sum + node.inputs.length, 0);
  refuseCount(graph, nodeInputs, mostNodeInputs, 'inputs of nodes');
  refuseCount(graph, inputs.length, mostInterfaces, 'inputs');
  refuseCount(graph, outputs.length, mostInterfaces, 'outputs');
  refuseCount(graph, variablesOf(graph).length, mostInterfaces, 'variables');
  for (const node of nodes) refuseSize(graph, node);
  refuseRows(graph, reads());
}

function refuseCount({ name }: Graph, count: number, most: number, what: string): void {
  if (count <= most) return;
  const text = `${grouped(count)} ${what} are too many to plan (at most ${grouped(most)}): split the model`;
  throw new LiteBlockError('unsupported', `${name}: ${text}`, [{ node: -1, op: '', name, what: text }]);
}

/** Importers refuse large tensors by node, too; this is for what passes and builders make. */
function refuseSize(graph: Graph, node: Node): void {
  for (const id of [...node.inputs, ...node.outputs]) {
    const tensor = graph.tensors[id];
    const fault = tensor && !tensor.data ? sizeFault(tensor.shape) : undefined;
    if (fault) throw nodeFault(graph, node, `"${tensor?.name}" [${tensor?.shape.join(', ')}] is too large: ${fault}`);
  }
}

function refuseRows(graph: Graph, reads: readonly (readonly Read[])[]): void {
  let most: { readonly node: Node; readonly rows: number } | undefined;
  let total = 0;
  for (const [n, node] of graph.nodes.entries()) {
    const height = heightOf(graph, node.outputs[0]);
    const rows = (reads[n] ?? []).reduce((sum, read) => sum + height * rowsOfOne(graph, read, height), 0);
    total += rows;
    if (!most || rows > most.rows) most = { node, rows };
  }
  if (!most || total <= mostRowsRead) return;
  const own = `it reads ${grouped(most.rows)} rows, each counted for every output row that needs it`;
  const all = `the model reads ${grouped(total)} (at most ${grouped(mostRowsRead)})`;
  throw nodeFault(graph, most.node, `${own}; ${all}: give the model a smaller input or window`);
}

const heightOf = ({ tensors }: Graph, id: TensorId | undefined): number => tensors[id ?? -1].shape[1] ?? 1;

/** Rows that one output row reads, at most. */
function rowsOfOne(graph: Graph, { rule, tensor }: Read, height: number): number {
  const shape = [1, 1, 1, ...graph.tensors[tensor].shape];
  const rows = shape.at(-3) as number;
  if (rule.kind === 'window') return Math.min(rule.window, rows);
  if (rule.kind === 'whole') return rows;
  return rule.kind === 'once' ? 1 : Math.ceil(rows / height) + 1;
}

function nodeFault(graph: Graph, { index, op, name }: Node, what: string): LiteBlockError {
  const problems = [{ node: index, op: op.type, name, what }];
  return new LiteBlockError('unsupported', `${graph.name}: node ${index} ${op.type} "${name}": ${what}`, problems);
}
