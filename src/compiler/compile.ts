import type { ModelFile } from '../format/model-file.ts';
import { writeModel } from '../format/write.ts';
import type { Graph } from '../graph/graph.ts';
import { type Notes, pack } from '../pack/pack.ts';
import { select } from '../pack/select.ts';
import { type Plan, type PlanOptions, plan } from '../plan/plan.ts';

export interface CompileOptions extends PlanOptions, Notes {}

export interface Compiled {
  /** The `.lbm`. The same graph and options give the same bytes wherever they are compiled. */
  readonly bytes: Uint8Array;
  readonly model: ModelFile;
  readonly plan: Plan;
}

/**
 * Compiles a quantised graph. Throws `unsupported` with a problem for every node that cannot run, and `usage` where a
 * schedule or capacities given do not work.
 */
export function compile(graph: Graph, options: CompileOptions = {}): Compiled {
  const kernels = select(graph);
  const planned = plan(graph, kernels, options);
  const model = pack(graph, kernels, planned, options);
  return { bytes: writeModel(model), model, plan: planned };
}
