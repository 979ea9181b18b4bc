import type { Graph } from '../../src/graph/graph.ts';
import { select } from '../../src/pack/select.ts';
import { type Plan, type PlanOptions, plan } from '../../src/plan/plan.ts';
import { checkPlan } from './plan-checker.ts';

/** The plan of a graph, checked. */
export function planned(graph: Graph, options: PlanOptions = {}): Plan {
  const made = plan(graph, select(graph), options);
  checkPlan(graph, made);
  return made;
}

/** Names of the nodes that have stages, once for each. */
export const stages = (graph: Graph, options?: PlanOptions): string[] =>
  planned(graph, options).stages.flatMap(({ node }) => graph.nodes[node]?.name ?? []);

export const memories = ({ buffers }: Plan): string[] =>
  buffers.filter(({ kind }) => kind === 'activations').map(({ name }) => name);

export const operandOf = (graph: Graph, { operands }: Plan, name: string) =>
  operands.find(({ tensor }) => graph.tensors[tensor]?.name === name);
