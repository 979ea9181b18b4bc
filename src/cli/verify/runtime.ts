import { spawn } from 'node:child_process';
import { interruptible } from '../../jobs/files/interruptible.ts';

/** What a known-answer test came to. */
export type Result = 'ok' | 'wrong' | 'failed' | 'missing' | 'too slow';

export interface Outcome {
  readonly result: Result;
  /** Why, where it is not ok. */
  readonly what?: string;
}

/** A model in both engines, as a library without imports and as a WASI command, in files of a folder of its own. */
export interface Bundles {
  readonly folder: string;
  readonly library: Readonly<Record<'simd' | 'scalar', string>>;
  readonly command: Readonly<Record<'simd' | 'scalar', string>>;
}

/** A place where a module can run: one row of the table. */
export interface Runtime {
  readonly name: string;
  readonly tier: 'simd' | 'scalar';
  /** Interpreters are not asked to run models of many multiply-accumulates. */
  readonly interpreter?: true;
  /** Runs the self-test of each model. All are 'missing' where the machine has no such runtime. */
  test(models: readonly Bundles[]): Promise<readonly Outcome[]>;
}

/** For runtimes that take one model at a time. */
export const oneByOne =
  (test: (bundles: Bundles) => Promise<Outcome>): Runtime['test'] =>
  async (models) => {
    const outcomes: Outcome[] = [];
    for (const bundles of models) outcomes.push(await test(bundles));
    return outcomes;
  };

export const missing = (what: string): Outcome => ({ result: 'missing', what });
const failed = (what: string): Outcome => ({ result: 'failed', what });

/** The outcome for a status of `loadBundled` and then `selfTest` (src/format/status.ts). */
export function outcomeOf(load: number, selfTest: number): Outcome {
  if (load !== 0) return failed(`it refuses the model with status ${load}`);
  if (selfTest === 15) return { result: 'wrong' };
  return selfTest === 0 ? { result: 'ok' } : failed(`the self-test ends with status ${selfTest}`);
}

export interface Ended {
  /** −1 where it could not be started or was stopped. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RuntimeOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until it is stopped. */
  readonly timeout?: number;
}

/** Runs a program to its end. A program that is not there ends with −1. */
export function run(command: string, args: readonly string[], options: RuntimeOptions = {}): Promise<Ended> {
  const { cwd, env, timeout = 120_000 } = options;
  const child = spawn(command, args, {
    ...(cwd && { cwd }),
    env: { ...process.env, RUST_BACKTRACE: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout,
  });
  const ended = new Promise<Ended>((resolve) => {
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    child.on('error', (error) => resolve({ code: -1, stdout, stderr: error.message }));
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
  return interruptible(
    () => void child.kill('SIGKILL'),
    () => ended,
  );
}

/** The first of the names that runs with `--version`. */
export async function firstThatRuns(
  names: readonly (string | undefined)[],
  flag = '--version',
): Promise<string | undefined> {
  for (const name of names) {
    if (name && (await run(name, [flag], { timeout: 20_000 })).code === 0) return name;
  }
  return undefined;
}

/** The outcome of the WASI command with --self-test. */
export function outcomeOfCommand({ code, stdout, stderr }: Ended): Outcome {
  if (code === 0 && stdout.includes('self-test: ok')) return { result: 'ok' };
  if (stderr.includes('self-test: wrong')) return { result: 'wrong' };
  return failed(lastLine(stderr) || `it ends with status ${code}`);
}

/** The line that says most about a failure. */
export const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.trim() ?? '';
