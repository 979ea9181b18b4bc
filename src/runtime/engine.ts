import { instantiate } from '@assemblyscript/loader';
import { kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { EngineExports } from '../format/status.ts';
import { refuseHtml } from './source.ts';

/** `simd` wants SIMD128; `scalar` runs on the first version of WebAssembly. They give the same bytes. */
export type Tier = 'simd' | 'scalar';

/** Finds the engine of a tier. Each entry (node.ts, browser.ts, workerd.ts) has its own. */
export type EngineProvider = (tier: Tier) => Promise<WebAssembly.Module>;

/** What an instance must export to be run by `Model`. */
const needed = [
  'memory',
  'reserve',
  'load',
  'loadBundled',
  'selfTest',
  'detail',
  'inputCount',
  'outputCount',
  'inputRows',
  'inputRowBytes',
  'outputRows',
  'outputRowBytes',
  'inputRow',
  'outputRow',
  'run',
  'execute',
] as const satisfies readonly (keyof EngineExports)[];

export const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** An engine's module from its bytes; `name` says where they came from. Throws file-invalid for a web page, else engine. */
export async function compileEngine(bytes: Uint8Array | ArrayBuffer, name: string): Promise<WebAssembly.Module> {
  refuseHtml(new Uint8Array(bytes as ArrayBuffer), name, 'an engine (.wasm)');
  try {
    return await WebAssembly.compile(bytes as ArrayBuffer);
  } catch (cause) {
    if (/code generation disallowed/i.test(messageOf(cause))) throw compilesNothing(name, cause);
    throw new LiteBlockError('engine', `${name}: this host cannot compile the engine: ${messageOf(cause)}`, [], {
      cause,
    });
  }
}

/** Cloudflare Workers compile modules when they are deployed, and no bytes after that. */
const compilesNothing = (name: string, cause: unknown): LiteBlockError =>
  new LiteBlockError(
    'engine',
    `${name}: this host does not compile bytes: import the .wasm as a module (import module from './FILE.wasm') and pass that`,
    [],
    { cause },
  );

/** The engine a caller gave: a module, or bytes where the host compiles bytes. */
export async function givenEngine(engine: WebAssembly.Module | Uint8Array | ArrayBuffer): Promise<WebAssembly.Module> {
  const kind = kindOf(engine);
  if (kind === 'WebAssembly.Module') return engine;
  if (kind === 'Uint8Array' || kind === 'ArrayBuffer') return compileEngine(engine as Uint8Array, 'engine');
  throw new LiteBlockError('input', `load: engine: expected a WebAssembly.Module or its bytes, got ${kind}`);
}

/** A new instance with a memory of its own. */
export async function instantiateEngine(module: WebAssembly.Module): Promise<EngineExports> {
  let exports: Partial<EngineExports>;
  try {
    exports = (await instantiate<EngineExports & Record<string, unknown>>(module)).exports;
  } catch (cause) {
    throw new LiteBlockError('engine', `the engine could not be instantiated: ${messageOf(cause)}`, [], { cause });
  }
  const missing = needed.filter((name) => !exports[name]);
  if (missing.length > 0) {
    throw new LiteBlockError('engine', `the module is not an engine of this version: no export ${missing.join(', ')}`);
  }
  return exports as EngineExports;
}

/** Each tier's module is made once and shared by all models; after a failure it is made again. */
export function cached(provide: EngineProvider): EngineProvider {
  const modules = new Map<Tier, Promise<WebAssembly.Module>>();
  return (tier) => {
    const known = modules.get(tier);
    if (known) return known;
    const module = provide(tier);
    modules.set(tier, module);
    module.catch(() => modules.delete(tier));
    return module;
  };
}
