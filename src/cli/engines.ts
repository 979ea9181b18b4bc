import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { compile } from '../compiler/compile.ts';
import { loadFloatEngine } from '../float/float-engine.ts';
import { LiteBlockError } from '../format/errors.ts';
import { readHeader, readModel } from '../format/read.ts';
import type { EngineExports } from '../format/status.ts';
import type { FloatEvaluator, QuantizedEvaluator } from '../graph/evaluator.ts';
import { Model } from '../runtime/model.ts';
import { hasSimd } from '../runtime/probe.ts';
import { start } from '../runtime/start.ts';
import { systemReason } from './files/system-error.ts';

/** A module of build/, which lies beside dist/ and src/ alike. Throws engine where it is missing. */
export async function builtModule(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`../../build/${name}.wasm`, import.meta.url);
  try {
    return new Uint8Array(await readFile(url));
  } catch (cause) {
    const how = 'npm run build makes the engines of a clone, and installing the package again brings its own';
    throw new LiteBlockError('engine', `${fileURLToPath(url)}: ${systemReason(cause)}: ${how}`, [], { cause });
  }
}

/** Float execution, for calibrating and comparing. */
export const floatEngine = async (): Promise<FloatEvaluator> => loadFloatEngine(await builtModule('engine.float'));

/** int8 execution of graphs, compiled already or for it, each with an instance of its own. It observes nothing. */
export async function quantizedEngine(): Promise<QuantizedEvaluator> {
  const tier = hasSimd() ? 'simd' : 'scalar';
  const module = await WebAssembly.compile(await builtModule(`engine.${tier}`));
  return (graph, compiled) => {
    const bytes = compiled ?? compile(graph).bytes;
    const model = readModel(bytes, graph.name);
    const engine = new WebAssembly.Instance(module).exports as unknown as EngineExports;
    start(engine, bytes, model, graph.name);
    const ready = new Model(engine, model, { modelBytes: readHeader(bytes).modelBytes, tier });
    return (inputs) => ready.run(...inputs);
  };
}
