import { CommanderError } from 'commander';
import { LiteBlockError, type Problem } from '../format/errors.ts';
import { withName } from '../graph/short-name.ts';
import { isSystemError, unreadable, unwritable } from '../jobs/files/system-error.ts';
import { errorWord, type Io } from './io.ts';

const usageStatus = 2;
const failureStatus = 1;

/** The exit status of a command that did what it was asked: 1 of a comparison that found a difference. */
export class ExitStatus extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit status ${status}`);
    this.status = status;
  }
}

/** Problems that are looked for in the message: it has them all, as a rule, and a hostile file has any number. */
const mostProblems = 200;

/** A problem as a line of its own; none where the message has it already. */
function problemLine({ node, op, name, what }: Problem, message: string): string[] {
  const known = message.includes(what) && (node < 0 || new RegExp(`node ${node}\\b`).test(message));
  if (known) return [];
  return node < 0 ? [what] : [`${withName(`node ${node} ${op}`, name)}: ${what}`];
}

/** What --json prints in place of the result. */
const failureJson = ({ code, message, problems }: LiteBlockError): string =>
  JSON.stringify({ error: { code, message, problems } });

const writing = ['chmod', 'copyfile', 'mkdir', 'mkdtemp', 'rename', 'rm', 'rmdir', 'unlink', 'write'];

/** Messages of V8 if an array or its backing store cannot be allocated. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof RangeError &&
  /allocation failed|out of memory|could not allocate|array (buffer )?length/i.test(error.message);

/** What was thrown by a system call, by the lack of memory or by a fault of this program, as an error with a code. */
export function typed(error: unknown): LiteBlockError {
  if (isSystemError(error)) {
    const place = error.path ?? error.syscall ?? 'a file';
    return writing.includes(error.syscall ?? '') ? unwritable(place, error) : unreadable(place, error);
  }
  if (isOutOfMemory(error)) {
    const what = 'out of memory: use a smaller model, fewer images at once, or a machine with more memory';
    return new LiteBlockError('memory', `${what} (${(error as Error).message})`, [], { cause: error });
  }
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const how = 'this is a bug in LiteBlock: keep the files and report it, with the output of LITEBLOCK_STACK=1';
  return new LiteBlockError('internal', `${what} (${how})`, [], { cause: error });
}

/** Says what went wrong. Returns the exit status. */
export function reportFailure(error: unknown, args: readonly string[], io: Io): number {
  if (error instanceof ExitStatus) return error.status;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageStatus;
  const failure = error instanceof LiteBlockError ? error : typed(error);
  // A message that shows some of the problems about no node has chosen them.
  const chosen = failure.problems.some(({ node, what }) => node < 0 && failure.message.includes(what));
  const shown = failure.problems.filter(({ node }) => node >= 0 || !chosen).slice(0, mostProblems);
  const more = shown.flatMap((problem) => problemLine(problem, failure.message));
  io.err(`${[`${errorWord(io)} ${failure.message}`, ...more.map((line) => `  ${line}`)].join('\n')}\n`);
  if (failure.code === 'internal' && process.env.LITEBLOCK_STACK && error instanceof Error) io.err(`${error.stack}\n`);
  if (failure.code === 'usage') return usageStatus;
  if (args.includes('--json')) io.out(`${failureJson(failure)}\n`);
  return failureStatus;
}
