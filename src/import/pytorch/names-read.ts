import type { Argument, ProgramNode } from './program.ts';

const namesIn = (argument: Argument): readonly string[] => {
  if (argument.kind === 'value') return [argument.name];
  if (argument.kind === 'values') return argument.names.filter((name) => name !== undefined);
  return argument.kind === 'numbers' ? argument.values.filter((each) => typeof each === 'string') : [];
};

/** Names of what a node reads, in order. */
export const namesRead = (node: ProgramNode): readonly string[] => [...node.arguments.values()].flatMap(namesIn);
