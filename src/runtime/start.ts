import { LiteBlockError } from '../format/errors.ts';
import type { ModelFile } from '../format/model-file.ts';
import type { EngineExports } from '../format/status.ts';
import { messageOf } from './engine.ts';
import { statusError } from './status-error.ts';

/** Puts a `.lbm` into an engine's memory and has it checked. `file` is the same bytes as read, for messages. */
export function start(engine: EngineExports, bytes: Uint8Array, file: ModelFile, source: string): void {
  guarded(engine, file, source, () => {
    const address = engine.reserve(bytes.length) >>> 0;
    if (address === 0) throw new LiteBlockError('memory', `${source}: no memory for a file of ${bytes.length} bytes`);
    new Uint8Array(engine.memory.buffer).set(bytes, address);
    return engine.load(address, bytes.length);
  });
}

/** Has the model checked that is part of the engine's module. */
export function startBundled(engine: EngineExports, file: ModelFile, source: string): void {
  guarded(engine, file, source, () => engine.loadBundled());
}

/** Has the file's known answer computed. Throws engine where it does not come, and file-invalid where there is none. */
export function runSelfTest(engine: EngineExports, file: ModelFile, source: string): void {
  guarded(engine, file, source, () => engine.selfTest());
}

function guarded(engine: EngineExports, file: ModelFile, source: string, load: () => number): void {
  let status: number;
  try {
    status = load();
  } catch (cause) {
    if (cause instanceof LiteBlockError) throw cause;
    throw new LiteBlockError('engine', `${source}: the engine trapped while loading: ${messageOf(cause)}`, [], {
      cause,
    });
  }
  if (status !== 0) throw statusError(engine, status, file, source);
}
