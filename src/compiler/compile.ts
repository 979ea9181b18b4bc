import { checkFunction, checkKind, checkMembers } from '../format/arguments.ts';
import { type Digest, type DigestInput, digestInputs, digestOf, digestSeed } from '../format/digest.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import { writeModel } from '../format/write.ts';
import type { QuantizedEvaluator } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import { elements, type Tensor } from '../graph/tensor.ts';
import { type Notes, pack } from '../pack/pack.ts';
import { select } from '../pack/select.ts';
import { type Plan, type PlanOptions, plan } from '../plan/plan.ts';
import { checkNotes } from './notes.ts';

export interface CompileOptions extends PlanOptions, Notes {
  /**
   * Runs the graph for the file's known answer, which a self-test then expects: an engine, or the plain references. Absent:
   * the file has none.
   */
  readonly evaluate?: QuantizedEvaluator;
}

export interface Compiled {
  /** The `.lbm`. The same graph and options give the same bytes wherever they are compiled. */
  readonly bytes: Uint8Array;
  readonly model: ModelFile;
  readonly plan: Plan;
}

/**
 * Compiles a quantised graph. Throws `graph-invalid` where it has no inputs or no outputs, `unsupported` with a problem for every node that cannot run, and `usage` where a
 * schedule, capacities, labels or a preprocessing given do not fit.
 */
export function compile(graph: Graph, options: CompileOptions = {}): Compiled {
  checkMembers('compile: graph', graph, 'name', 'tensors', 'nodes', 'inputs', 'outputs');
  checkKind('compile: options', options, 'Object');
  const { evaluate, capacities, schedule } = options;
  if (evaluate !== undefined) checkFunction('compile: evaluate', evaluate);
  if (capacities !== undefined) checkKind('compile: capacities', capacities, 'Map');
  if (schedule !== undefined) checkKind('compile: schedule', schedule, 'Array');
  for (const side of ['inputs', 'outputs'] as const) {
    checkKind(`compile: ${side} of the graph`, graph[side], 'Array');
    if (graph[side].length === 0) throw new LiteBlockError('graph-invalid', `${graph.name}: the graph has no ${side}`);
  }
  checkNotes(graph, options);
  const kernels = select(graph);
  const planned = plan(graph, kernels, options);
  const packed = pack(graph, kernels, planned, options);
  const model = evaluate ? { ...packed, digest: knownAnswer(graph, evaluate) } : packed;
  return { bytes: writeModel(model), model, plan: planned };
}

function knownAnswer(graph: Graph, evaluate: QuantizedEvaluator): Digest {
  const tensors = graph.inputs.map((id) => graph.tensors[id] as Tensor);
  const inputs = digestInputs(
    digestSeed,
    tensors.map(({ shape, dtype }) => ({ dtype: dtype as DigestInput['dtype'], size: elements(shape) })),
  );
  return { seed: digestSeed, crc: digestOf(evaluate(graph)(inputs)) };
}
