import { compile } from '../compiler/compile.ts';
import { loadFloatEngine } from '../float/float-engine.ts';
import { checkFunction, checkKind } from '../format/arguments.ts';
import { readHeader, readModel } from '../format/read.ts';
import type { FloatEvaluator, QuantizedEvaluator } from '../graph/evaluator.ts';
import { Model } from '../runtime/model.ts';
import { bestTier, type EngineModules, startedEngine } from './engines.ts';

/** Float and int8 execution, as jobs that compare the two want them. */
export interface Evaluators {
  /** Runs float32 graphs. */
  readonly evaluate: FloatEvaluator;
  /** Runs int8 graphs. */
  readonly evaluateQuantized: QuantizedEvaluator;
}

/** Both, on engines of `modules`. Throws what `modules` throws. */
export const evaluatorsOf = async (modules: EngineModules): Promise<Evaluators> => ({
  evaluate: await floatEvaluator(modules),
  evaluateQuantized: await quantizedEvaluator(modules),
});

/** Float execution, for calibrating and comparing. */
export async function floatEvaluator(modules: EngineModules): Promise<FloatEvaluator> {
  checkFunction('floatEvaluator: modules', modules);
  return loadFloatEngine(await modules('float'));
}

/** int8 execution of graphs, compiled already or for it, each with an instance of its own. It observes nothing. */
export async function quantizedEvaluator(modules: EngineModules): Promise<QuantizedEvaluator> {
  checkFunction('quantizedEvaluator: modules', modules);
  const tier = bestTier();
  const module = await modules(tier);
  checkKind(`quantizedEvaluator: the result of modules for "${tier}"`, module, 'WebAssembly.Module');
  return (graph, compiled) => {
    const bytes = compiled ?? compile(graph).bytes;
    const file = readModel(bytes, graph.name);
    const engine = startedEngine(module, bytes, file, graph.name);
    const ready = new Model(engine, file, { modelBytes: readHeader(bytes).modelBytes, tier });
    return (inputs) => {
      checkKind('quantizedEvaluator: inputs', inputs, 'Array');
      return ready.run(...inputs);
    };
  };
}
