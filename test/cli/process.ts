import { type SpawnSyncOptions, spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** The command as it is installed. `npm run build` makes it. */
export const built = resolve('dist/cli/main.js');

export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: Buffer;
  readonly err: string;
}

/** Milliseconds. A command that hangs fails its test, as its status is null then; no command of these takes a tenth of it. */
const patience = 30_000;

function ended(command: string, args: readonly string[], options: SpawnSyncOptions): Ended {
  const { status, signal, stdout, stderr } = spawnSync(command, args, {
    timeout: patience,
    killSignal: 'SIGKILL',
    maxBuffer: 1 << 26,
    ...options,
    encoding: 'buffer',
  });
  return { status, signal, out: stdout ?? Buffer.alloc(0), err: stderr?.toString() ?? '' };
}

/** Runs the command in a process of its own, without a terminal. */
export const liteblock = (args: readonly string[], options: SpawnSyncOptions = {}): Ended =>
  ended(process.execPath, [built, ...args], options);

/** Runs a line of bash, in which `liteblock` is the command. */
export const shell = (line: string, options: SpawnSyncOptions = {}): Ended =>
  ended('bash', ['-c', `liteblock() { '${process.execPath}' '${built}' "$@"; }\n${line}`], options);
