import type { ModelFile } from '../format/model-file.ts';
import type { EngineExports } from '../format/status.ts';
import type { Tier } from '../runtime/engine.ts';
import { hasSimd } from '../runtime/probe.ts';
import { start } from '../runtime/start.ts';

/** Finds the module build/engine.NAME.wasm: among the files of a program, or on a page's server. */
export type EngineModules = (name: Tier | 'float') => Promise<WebAssembly.Module>;

/** The faster tier that this host runs. */
export const bestTier = (): Tier => (hasSimd() ? 'simd' : 'scalar');

/** A new instance of an engine with a checked model in it. `file` is `bytes` as read; `source` names it in messages. */
export function startedEngine(
  module: WebAssembly.Module,
  bytes: Uint8Array,
  file: ModelFile,
  source: string,
): EngineExports {
  const engine = new WebAssembly.Instance(module).exports as unknown as EngineExports;
  start(engine, bytes, file, source);
  return engine;
}
