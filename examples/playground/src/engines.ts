import { cached, compileEngine, type EngineProvider } from '../../../src/runtime/engine.ts';

/** A module that lies beside the page. Each is fetched once, when it is first needed. */
export async function engineModule(name: string): Promise<WebAssembly.Module> {
  const file = `engine.${name}.wasm`;
  const response = await fetch(new URL(`./${file}`, import.meta.url));
  if (!response.ok) throw new Error(`${file}: the server answered ${response.status}`);
  return compileEngine(await response.arrayBuffer(), file);
}

export const engine: EngineProvider = cached(engineModule);
