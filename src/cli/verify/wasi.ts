import { dirname, join } from 'node:path';
import { firstThatRuns, missing, oneByOne, outcomeOfCommand, type Runtime, run } from './runtime.ts';

/** $WASMTIME, else the one on the PATH. */
const wasmtime = (): Promise<string | undefined> => firstThatRuns([process.env.WASMTIME, 'wasmtime']);
const noWasmtime = missing('no wasmtime in WASMTIME or on the PATH');

/** `wasmtime run` with options of its own. */
const byWasmtime = (name: string, tier: Runtime['tier'], options: readonly string[]): Runtime => ({
  name: `wasmtime, ${name}`,
  tier,
  test: oneByOne(async ({ command }) => {
    const path = await wasmtime();
    return path ? outcomeOfCommand(await run(path, ['run', ...options, command[tier], '--self-test'])) : noWasmtime;
  }),
});

/** Compiled here and run by the small runtime that has no compiler in it, as on a device. */
const aheadOfTime: Runtime = {
  name: 'wasmtime-min, ahead of time',
  tier: 'simd',
  test: oneByOne(async ({ command, folder }) => {
    const path = await wasmtime();
    if (!path) return noWasmtime;
    const min = await firstThatRuns([process.env.WASMTIME_MIN, join(dirname(path), 'wasmtime-min'), 'wasmtime-min']);
    if (!min) return missing('no wasmtime-min beside wasmtime, in WASMTIME_MIN or on the PATH');
    const compiled = join(folder, 'model.cwasm');
    const made = await run(path, ['compile', '-C', 'collector=drc', '-W', 'threads=n', command.simd, '-o', compiled]);
    if (made.code !== 0) return outcomeOfCommand(made);
    return outcomeOfCommand(await run(min, ['run', '--allow-precompiled', compiled, '--self-test']));
  }),
};

const wazero = (tier: Runtime['tier']): Runtime => ({
  name: 'wazero, interpreter',
  tier,
  interpreter: true,
  test: oneByOne(async ({ command }) => {
    const path = await firstThatRuns([process.env.WAZERO, 'wazero'], 'version');
    if (!path) return missing('no wazero in WAZERO or on the PATH');
    return outcomeOfCommand(await run(path, ['run', '-interpreter', command[tier], '--self-test']));
  }),
});

/** Runtimes that run the WASI command. */
export const wasi: readonly Runtime[] = [
  byWasmtime('Cranelift', 'simd', []),
  byWasmtime('Cranelift', 'scalar', ['-W', 'simd=n,relaxed-simd=n,bulk-memory=n']),
  byWasmtime('Winch', 'simd', ['-C', 'compiler=winch']),
  { ...byWasmtime('Pulley', 'simd', ['--target', 'pulley64']), interpreter: true },
  aheadOfTime,
  wazero('simd'),
  wazero('scalar'),
];
