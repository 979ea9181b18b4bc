import type { Command } from 'commander';
import type { Io } from '../io.ts';

/** One command: its name, arguments, options and help, and what it does with `io`. Each COMMAND.ts exports its own. */
export type Declaration = (io: Io) => Command;

/** A command line, and what it is for. */
export type Example = readonly [line: string, what: string];

const width = 78;

/** A command line in lines that a shell takes as one, broken before options. */
function broken(line: string): string[] {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width - 6) {
    const at = rest.lastIndexOf(' -', width - 8);
    if (at <= 0) break;
    lines.push(`${rest.slice(0, at)} \\`);
    rest = rest.slice(at + 1);
  }
  return [...lines, rest].map((part, i) => `  ${i > 0 ? '    ' : ''}${part}`);
}

/** Examples at the end of a command's help. */
export function withExamples(command: Command, examples: readonly Example[]): Command {
  const style = (text: string): string => command.createHelp().styleTitle(text);
  return command.addHelpText('after', () => {
    const lines = examples.flatMap(([line, what], i) => [...(i > 0 ? [''] : []), `  # ${what}`, ...broken(line)]);
    return ['', style('Examples:'), ...lines].join('\n');
  });
}
