import type { EngineModules } from '../../../src/jobs/engines.ts';
import { cached, compileEngine, type EngineProvider } from '../../../src/runtime/engine.ts';

/** A module that lies beside the page. */
async function fetched(name: string): Promise<WebAssembly.Module> {
  const file = `engine.${name}.wasm`;
  const response = await fetch(new URL(`./${file}`, import.meta.url));
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
  return compileEngine(await response.arrayBuffer(), file);
}

/** The engine of a tier. Each is fetched once, when it is first needed. */
export const engine: EngineProvider = cached(fetched);

/** The same, and the float engine, which is fetched for each job that wants it. */
export const engines: EngineModules = (name) => (name === 'float' ? fetched(name) : engine(name));
