import { CommanderError } from 'commander';
import { LiteBlockError, type Problem } from '../format/errors.ts';
import { withName } from '../graph/short-name.ts';
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

/** A problem as a line of its own; none where the message has it already. */
function problemLine({ node, op, name, what }: Problem, message: string): string[] {
  const known = message.includes(what) && (node < 0 || new RegExp(`node ${node}\\b`).test(message));
  if (known) return [];
  return node < 0 ? [what] : [`${withName(`node ${node} ${op}`, name)}: ${what}`];
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
  // A message that shows some of the problems about no node has chosen them.
  const chosen = error.problems.some(({ node, what }) => node < 0 && error.message.includes(what));
  const more = error.problems
    .filter(({ node }) => node >= 0 || !chosen)
    .flatMap((problem) => problemLine(problem, error.message));
  io.err(`${[`${errorWord(io)} ${error.message}`, ...more.map((line) => `  ${line}`)].join('\n')}\n`);
  if (error.code === 'usage') return usageStatus;
  if (args.includes('--json')) io.out(`${failureJson(error)}\n`);
  return failureStatus;
}
