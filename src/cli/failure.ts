import { CommanderError } from 'commander';
import { LiteBlockError, type Problem } from '../format/errors.ts';
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
  const known = message.includes(what) && (node < 0 || message.includes(`node ${node} `));
  if (known) return [];
  return node < 0 ? [what] : [`node ${node} ${op}${name ? ` "${name}"` : ''}: ${what}`];
}

/** What --json prints in place of the result. */
const failureJson = ({ code, message, problems }: LiteBlockError): string =>
  JSON.stringify({ error: { code, message, problems } });

/** Says what went wrong. Returns the exit status. */
export function reportFailure(error: unknown, args: readonly string[], io: Io): number {
  if (error instanceof ExitStatus) return error.status;
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageStatus;
  if (!(error instanceof LiteBlockError)) {
    io.err(`${errorWord(io)} ${error instanceof Error ? error.stack : error}\n`);
    return failureStatus;
  }
  const shown = error.problems.slice(0, mostProblems);
  const more = shown.flatMap((problem) => problemLine(problem, error.message));
  io.err(`${[`${errorWord(io)} ${error.message}`, ...more.map((line) => `  ${line}`)].join('\n')}\n`);
  if (error.code === 'usage') return usageStatus;
  if (args.includes('--json')) io.out(`${failureJson(error)}\n`);
  return failureStatus;
}
