import { checkFunction, checkKind, checkLike, checkMembers, checkOptions } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import { writeModel } from '../format/write.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { QuantizedEvaluator } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import { type Notes, pack } from '../pack/pack.ts';
import { select } from '../pack/select.ts';
import { refuseNodes } from '../plan/limits.ts';
import { type Plan, type PlanOptions, plan } from '../plan/plan.ts';
import { knownAnswer, unansweredBecause } from './known-answer.ts';
import { checkNotes, checkPostprocess } from './notes.ts';
import { refuseRam } from './ram-limit.ts';

/** Options of `compile`. `labels` and `preprocessing` are what the command line calls --labels, --mean and --std. */
export interface CompileOptions extends PlanOptions, Notes {
  /**
   * Runs the graph for the file's known answer, which a self-test then expects: an engine, or the plain references. Absent:
   * the file has none. A model whose run is too costly has none either (`Compiled.unanswered`).
   */
  readonly evaluate?: QuantizedEvaluator;
  /** Bytes of RAM that the model may need: it is planned to fit in them, or refused. Absent: 1 GiB. */
  readonly ramBytes?: number;
}

/** What `compile` returns. */
export interface Compiled {
  /** The `.lbm`. The same graph and options give the same bytes wherever they are compiled. */
  readonly bytes: Uint8Array;
  /** The same, as fields. */
  readonly model: ModelFile;
  /** Where every tensor lies, and what runs when. */
  readonly plan: Plan;
  /** Why the file has no known answer although `evaluate` was given: its run is too costly. In words. */
  readonly unanswered?: string;
}

/** The type of each option; of '' they are looked at below, or by `checkNotes`. */
const optionTypes = {
  keep: 'string',
  capacities: '',
  schedule: '',
  labels: '',
  preprocessing: '',
  evaluate: '',
  ramBytes: 'number',
  optimize: 'string',
};

function checkCompileOptions(graph: Graph, options: CompileOptions): void {
  checkOptions('compile', options, optionTypes);
  const { keep, evaluate, capacities, schedule, ramBytes, optimize } = options;
  if (evaluate !== undefined) checkFunction('compile: evaluate', evaluate);
  if (capacities !== undefined) {
    checkKind('compile: capacities', capacities, 'Map');
    checkLike('compile: capacities: its keys and values', [...capacities], [[0]]);
  }
  if (schedule !== undefined) {
    checkLike('compile: schedule', schedule, [{ node: 0, rows: 1 }]);
    const stray = schedule.find(({ node }) => node >= graph.nodes.length);
    if (stray) {
      const what = `it runs node ${stray.node} of ${graph.nodes.length}`;
      throw new LiteBlockError('usage', `${graph.name}: the schedule does not work: ${what}`);
    }
  }
  if (keep !== undefined && keep !== 'all')
    throw new LiteBlockError('usage', `compile: keep "${keep}": expected "all"`);
  if (optimize !== undefined && optimize !== 'speed' && optimize !== 'ram')
    throw new LiteBlockError('usage', `compile: optimize "${optimize}": expected "speed" or "ram"`);
  if (ramBytes !== undefined && !(ramBytes >= 0)) {
    throw new LiteBlockError('usage', `compile: ramBytes ${ramBytes}: expected a number of 0 or more`);
  }
}

/**
 * Compiles a quantised graph. Throws `graph-invalid` where it has no inputs or no outputs, `unsupported` with a problem for every node that cannot run, or where the graph has more
 * nodes or larger tensors than can be planned, `ram-exceeded` where it needs more than `ramBytes`, and `usage` where a
 * schedule, capacities, labels or a preprocessing given do not fit.
 */
export function compile(graph: Graph, options: CompileOptions = {}): Compiled {
  checkMembers('compile: graph', graph, 'name', 'nodes');
  if (Array.isArray(graph.nodes)) refuseNodes(graph); // a look at each of so many takes long
  checkGraph('compile', graph);
  checkPostprocess(graph);
  checkCompileOptions(graph, options);
  const notes = { ...graph.notes, ...options };
  checkNotes(graph, notes);
  const { evaluate } = options;
  const kernels = select(graph);
  const planned = plan(graph, kernels, options);
  refuseRam(graph, planned, options.ramBytes);
  const model = pack(graph, kernels, planned, notes);
  const bytes = writeModel(model);
  if (!evaluate) return { bytes, model, plan: planned };
  const unanswered = unansweredBecause(model);
  if (unanswered) return { bytes, model, plan: planned, unanswered };
  const answered = { ...model, digest: knownAnswer(graph, evaluate, bytes) };
  return { bytes: writeModel(answered), model: answered, plan: planned };
}
