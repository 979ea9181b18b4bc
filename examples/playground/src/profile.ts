import type { ModelFile } from '../../../src/format/model-file.ts';
import { instantiateEngine } from '../../../src/runtime/engine.ts';
import { inputPort } from '../../../src/runtime/port.ts';
import { start } from '../../../src/runtime/start.ts';
import { statusError } from '../../../src/runtime/status-error.ts';
import type { Profile } from './protocol.ts';

/** How long runs are repeated, and how often at most. */
const budget = 600;
const mostRuns = 2000;
/** Runs that are not counted: the JavaScript engine compiles the module's functions while they are first used. */
const warmUp = 3;

/**
 * Times every stage by running the schedule step by step, as docs/abi.md says. Browsers round their clocks, so only the
 * mean over many runs tells how long a short stage takes.
 */
export async function measure(module: WebAssembly.Module, bytes: Uint8Array, file: ModelFile): Promise<Profile> {
  const name = file.metadata.name;
  const engine = await instantiateEngine(module);
  start(engine, bytes, file, name);
  const memory = new Uint8Array(engine.memory.buffer);
  const inputs = file.inputs.map((entry, i) => ({
    port: inputPort(engine, i, entry),
    values: new Uint8Array(entry.imageBytes),
  }));
  const total = file.stages.map(() => 0);
  const once = (counted: boolean): void => {
    for (const { port, values } of inputs) port.copy(memory, values, 0);
    let before = performance.now();
    file.schedule.forEach(({ stage }, step) => {
      const status = engine.execute(step, step + 1);
      if (status !== 0) throw statusError(engine, status, file, name);
      const now = performance.now();
      if (counted) total[stage] = (total[stage] as number) + now - before;
      before = now;
    });
  };
  for (let i = 0; i < warmUp; i++) once(false);
  let runs = 0;
  for (const end = performance.now() + budget; runs < mostRuns && (runs === 0 || performance.now() < end); runs++) {
    once(true);
  }
  return { runs, stages: total.map((milliseconds) => milliseconds / runs) };
}
