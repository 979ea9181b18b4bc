import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';

const page = readFileSync('docs/cli.md', 'utf8');
const program = createProgram({ out: () => {}, err: () => {}, columns: undefined, color: false });

/** What the page says of one command. */
const section = (name: string): string => page.split(/^## /m).find((text) => text.startsWith(`${name}\n`)) ?? '';

it.each(program.commands.map((command) => [command.name(), command] as const))(
  'docs/cli.md tells every option of %s, and no other',
  (name, command) => {
    const options = command.options.map(({ long }) => long as string).filter((long) => long !== '--help');
    const told = new Set(section(name).match(/--[a-z][a-z-]*/g));
    expect([...told].sort()).toEqual(options.sort());
    expect(page).toContain(`[\`${name}\`](#${name})`);
  },
);

it('docs/cli.md tells of no command that there is not', () => {
  const commands = page.match(/^ {4}liteblock ([\w-]+)/gm)?.map((line) => line.trim().split(' ')[1]);
  expect([...new Set(commands)].sort()).toEqual(program.commands.map((command) => command.name()).sort());
});
