import type { Parameter, StateDict } from './weights.ts';

/** The names of a state_dict beside those that a network asks for. */
export interface Prefix {
  /** What stands before names of the file and not before those of the network: "module.", "_orig_mod.". '' for nothing. */
  readonly prefix: string;
  /** How many of the network's names the file has behind it. */
  readonly found: number;
}

/** More than any wrapper adds. */
const mostCandidates = 100;

/**
 * The prefix behind which a file has the most of a network's names; of as many the shortest, and none where it has as many
 * without. Wrappers such as DataParallel, torch.compile and training frameworks put one before every name.
 */
export function commonPrefix(asked: readonly Parameter[], dict: StateDict): Prefix {
  const count = (prefix: string): number => asked.filter(({ name }) => dict.has(prefix + name)).length;
  const candidates = new Set<string>();
  const wanted = new Set(asked.map(({ name }) => name));
  for (const name of dict.keys()) {
    for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
      if (wanted.has(name.slice(dot + 1)) && candidates.size < mostCandidates) candidates.add(name.slice(0, dot + 1));
    }
  }
  return [...candidates]
    .sort((a, b) => a.length - b.length)
    .map((prefix) => ({ prefix, found: count(prefix) }))
    .reduce((best, each) => (each.found > best.found ? each : best), { prefix: '', found: count('') });
}

/**
 * The tensors behind a prefix by the rest of their names; those without it keep theirs. The dictionary itself where that
 * would give two tensors one name.
 */
export function withoutPrefix(dict: StateDict, prefix: string): StateDict {
  if (prefix === '') return dict;
  const short = new Map(
    [...dict].map(([name, tensor]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, tensor]),
  );
  return short.size === dict.size ? short : dict;
}
