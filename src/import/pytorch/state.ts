import { namesRead } from './names-read.ts';
import { operatorName, operators } from './operators.ts';
import type { Program, ProgramNode } from './program.ts';

/** What outputs come from, in this run or a later one. What nobody reads stands in nobody's way. */
export interface Needed {
  readonly nodes: ReadonlySet<ProgramNode>;
  /**
   * Buffers that a run changes, by the names that nodes have for them, and the tensor that each becomes: the name itself where
   * operators write to the buffer, so that its name stands for what it becomes at the end of the run.
   */
  readonly buffers: ReadonlyMap<string, string>;
}

/** The tensor whose memory a name stands for: that of views and of what operators have written to. */
function rootsOf({ nodes }: Program): (name: string) => string {
  const roots = new Map<string, string>();
  const rootOf = (name: string): string => roots.get(name) ?? name;
  for (const node of nodes) {
    const [first] = namesRead(node);
    const { name, inPlace } = operatorName(node.target);
    if (first === undefined || !(inPlace || operators.get(name)?.view)) continue;
    for (const output of node.outputs) roots.set(output, rootOf(first));
  }
  return rootOf;
}

/** Buffers that change, as `Needed` has them, whether or not they are needed. */
function changedBuffers(program: Program, rootOf: (name: string) => string): ReadonlyMap<string, string> {
  const { nodes, constants, changed } = program;
  const names = new Map(Array.from(constants, ([name, { path }]) => [path, name]));
  const found = new Map<string, string>();
  for (const { buffer, next } of changed) {
    const name = names.get(buffer);
    if (name !== undefined) found.set(name, next);
  }
  for (const node of nodes) {
    const [target] = namesRead(node);
    if (target === undefined || !operatorName(node.target).inPlace) continue;
    if (constants.has(rootOf(target))) found.set(rootOf(target), rootOf(target));
  }
  return found;
}

/** The nodes and the state that a program needs. Nodes in place write to what others read. */
export function neededOf(program: Program): Needed {
  const rootOf = rootsOf(program);
  const changed = changedBuffers(program, rootOf);
  const backwards = [...program.nodes].reverse().map((node) => {
    const read = namesRead(node);
    return { node, read, target: operatorName(node.target).inPlace ? rootOf(read[0] ?? '') : undefined };
  });
  const wanted = new Set<string>();
  const want = (name: string): void => {
    wanted.add(name);
    wanted.add(rootOf(name));
  };
  program.outputs.forEach(want);
  const needed = new Set<ProgramNode>();
  const buffers = new Map<string, string>();
  for (let before = -1; before < buffers.size; ) {
    before = buffers.size;
    for (const { node, read, target } of backwards) {
      if (needed.has(node)) continue;
      const writes = target !== undefined && (wanted.has(target) || !program.constants.has(target));
      if (!writes && !node.outputs.some((name) => wanted.has(name))) continue;
      needed.add(node);
      read.forEach(want);
    }
    for (const [buffer, next] of changed) {
      if (buffers.has(buffer) || !wanted.has(buffer)) continue;
      buffers.set(buffer, next);
      want(next);
    }
  }
  return { nodes: needed, buffers };
}
