import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { findPythonWasmtime } from '../../scripts/python-wasmtime.mjs';
import { findWasm2c } from '../../scripts/wasm2c.mjs';
import { findWasm3 } from '../../scripts/wasm3.mjs';
import { findWasmtime } from '../../scripts/wasmtime.mjs';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Result {
  readonly code: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Has the test script say so at its end. */
export function notRun(line: string): void {
  mkdirSync(`${root}build`, { recursive: true });
  appendFileSync(`${root}build/not-run.txt`, `${line}\n`);
}

/** Tests that need a runtime. Where there is none they are listed in build/not-run.txt; with CI set that is a failure. */
export function describeWith<T>(runtime: string, found: T | undefined, name: string, fn: (found: T) => void): void {
  if (found !== undefined) {
    describe(name, () => fn(found));
    return;
  }
  if (process.env.CI) {
    it(name, () => {
      throw new Error(`it needs ${runtime}, which was neither found nor fetched`);
    });
    return;
  }
  notRun(`${name}: needs ${runtime}, which was neither found nor fetched`);
  it.skip(name, () => undefined);
}

interface Run {
  (args: readonly string[], options?: { readonly stdin?: Uint8Array; readonly cwd?: string }): Result;
  /** What arguments are put after, for scripts that start it themselves. */
  readonly command: readonly string[];
}

function runner(command: string, before: readonly string[], env: Readonly<Record<string, string>>): Run {
  const run = (
    args: readonly string[],
    { stdin, cwd = root }: { readonly stdin?: Uint8Array; readonly cwd?: string } = {},
  ): Result => {
    const { status, stdout, stderr, error } = spawnSync(command, [...before, ...args], {
      cwd,
      env: { ...process.env, RUST_BACKTRACE: '0', ...env },
      ...(stdin ? { input: stdin } : { stdio: ['ignore', 'pipe', 'pipe'] }),
      maxBuffer: 1 << 28,
    });
    if (error) throw error;
    return { code: status ?? -1, stdout, stderr: stderr.toString() };
  };
  return Object.assign(run, { command: [command, ...before] });
}

/** `wasmtime run` with arguments of its own. */
export function describeWasmtime(name: string, fn: (run: Run) => void): void {
  describeWith('wasmtime', findWasmtime(), name, (path) => fn(runner(path, ['run'], {})));
}

/** wasmtime as it is on a device: `compile` on another machine, `run` by the small runtime that has no compiler. */
export function describeAheadOfTime(name: string, fn: (compile: Run, run: Run) => void): void {
  const path = findWasmtime();
  const small = path?.replace(/wasmtime$/, 'wasmtime-min');
  describeWith('wasmtime-min', small && existsSync(small) ? small : undefined, name, (min) =>
    fn(runner(path as string, ['compile'], {}), runner(min, ['run', '--allow-precompiled'], {})),
  );
}

/** Python with wasmtime's bindings: SCRIPT ARGUMENTS. */
export function describePythonWasmtime(name: string, fn: (run: Run) => void): void {
  describeWith("Python's wasmtime", findPythonWasmtime(), name, ({ command, env }) => fn(runner(command, [], env)));
}

/** wasm2c and a C compiler. */
export function describeWasm2c(name: string, fn: (wasm2c: string) => void): void {
  describeWith('wasm2c', findWasm2c(), name, fn);
}

/** The scalar engine under wasm3: MODEL INPUT. */
export function describeWasm3(name: string, fn: (run: Run) => void): void {
  const host = ['test/support/wasm3_host.py', 'build/engine.scalar.wasm'];
  describeWith('wasm3', findWasm3(), name, ({ command, env }) => fn(runner(command, host, env)));
}

/** A folder that is gone when the test file has run; returns a function that writes a file there. */
export function temporaryFolder(): {
  readonly path: string;
  write(name: string, bytes: Uint8Array): string;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), 'liteblock-'));
  return {
    path,
    write(name, bytes) {
      const file = join(path, name);
      writeFileSync(file, bytes);
      return file;
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}
