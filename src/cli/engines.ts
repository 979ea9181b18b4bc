import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { LiteBlockError } from '../format/errors.ts';
import type { EngineModules } from '../jobs/engines.ts';
import { systemReason } from '../jobs/files/system-error.ts';
import { compileEngine } from '../runtime/engine.ts';

/** A module of build/, which lies beside dist/ and src/ alike. Throws engine where it is missing. */
export async function builtModule(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(`../../build/${name}.wasm`, import.meta.url);
  try {
    return new Uint8Array(await readFile(url));
  } catch (cause) {
    const how = 'run npm run build in a clone, or install the package again';
    throw new LiteBlockError('engine', `${fileURLToPath(url)}: ${systemReason(cause)}: ${how}`, [], { cause });
  }
}

/** The engines of build/. Throws engine. */
export const builtEngines: EngineModules = async (name) =>
  compileEngine(await builtModule(`engine.${name}`), `engine.${name}.wasm`);
