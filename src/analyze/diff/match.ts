import { shortName } from '../../graph/short-name.ts';
import { elements } from '../../graph/tensor.ts';
import type { Trace, Traced } from './trace.ts';

export interface Pair {
  readonly a: Traced;
  readonly b: Traced;
  readonly by: 'name' | 'order';
}

export interface Matching {
  /** In the order of the first trace that is a model's, which is that of execution. */
  readonly pairs: readonly Pair[];
  readonly onlyA: readonly Traced[];
  readonly onlyB: readonly Traced[];
}

/** Forms of a name, the exact one first: as a file name may have it, and without what converters join to it. */
const forms: readonly ((name: string) => string)[] = [
  (name) => name,
  (name) => name.replace(/[^A-Za-z0-9]+/g, '_'),
  (name) => shortName(name).replace(/[^A-Za-z0-9]+/g, '_'),
];

/**
 * Tensors of two runs that are the same tensor: those of equal names, and between two of these, or where no names are equal,
 * those that come in the same order with the same operator and shape.
 */
export function match(a: Trace, b: Trace): Matching {
  const partner = new Map<Traced, { readonly b: Traced; readonly by: Pair['by'] }>();
  const taken = new Set<Traced>();
  const take = (one: Traced, other: Traced, by: Pair['by']): void => {
    partner.set(one, { b: other, by });
    taken.add(other);
  };
  for (const form of forms) {
    const names = named(
      b.tensors.filter((tensor) => !taken.has(tensor)),
      form,
    );
    for (const [name, tensor] of named(
      a.tensors.filter((one) => !partner.has(one)),
      form,
    )) {
      const other = names.get(name);
      if (tensor && other && !partner.has(tensor) && !taken.has(other)) take(tensor, other, 'name');
    }
  }
  const anyName = [...partner.keys()].some(({ maker }) => maker);
  for (const [one, other] of gaps(a, b, partner)) {
    for (const [x, y] of inOrder(one, other, anyName)) take(x, y, 'order');
  }
  const pairs = a.tensors.flatMap((tensor): Pair[] => {
    const found = partner.get(tensor);
    return found ? [{ a: tensor, ...found }] : [];
  });
  const place = new Map(b.tensors.map((tensor, i) => [tensor, i]));
  if (!a.graph && b.graph) pairs.sort((x, y) => (place.get(x.b) ?? 0) - (place.get(y.b) ?? 0));
  return {
    pairs,
    onlyA: a.tensors.filter((tensor) => !partner.has(tensor)),
    onlyB: b.tensors.filter((tensor) => !taken.has(tensor)),
  };
}

/** Tensors by one form of all their names; a form that several have stands for none of them, but an exact name for the last. */
function named(tensors: readonly Traced[], form: (name: string) => string): Map<string, Traced | undefined> {
  const found = new Map<string, Traced | undefined>();
  const exact = form === forms[0];
  for (const tensor of tensors) {
    for (const name of new Set(tensor.names.map(form))) {
      if (name !== '') found.set(name, exact || !found.has(name) ? tensor : undefined);
    }
  }
  return found;
}

/** Runs of tensors without a partner between tensors that have one. */
function* gaps(
  a: Trace,
  b: Trace,
  partner: ReadonlyMap<Traced, { readonly b: Traced }>,
): Generator<readonly [Traced[], Traced[]]> {
  const place = new Map(b.tensors.map((tensor, i) => [tensor, i]));
  const taken = new Set([...partner.values()].map((found) => found.b));
  const free = (from: number, to: number) => b.tensors.slice(from, to).filter((tensor) => !taken.has(tensor));
  let run: Traced[] = [];
  let from = 0;
  for (const tensor of a.tensors) {
    const found = partner.get(tensor);
    if (!found) {
      run.push(tensor);
      continue;
    }
    const to = place.get(found.b) as number;
    if (to >= from) {
      yield [run, free(from, to)];
      from = to + 1;
    }
    run = [];
  }
  yield [run, free(from, b.tensors.length)];
}

/** More are left apart: the table below grows with the square. */
const mostInOrder = 2000;

const opOf = ({ maker }: Traced): string | undefined => maker?.op.toLowerCase().replace(/[^a-z0-9]/g, '');

/** The longest common subsequence of two runs by operator and size. `strict`: the operator must be known of both. */
function inOrder(a: readonly Traced[], b: readonly Traced[], strict: boolean): [Traced, Traced][] {
  if (a.length === 0 || b.length === 0 || a.length > mostInOrder || b.length > mostInOrder) return [];
  const alike = (x: Traced, y: Traced): boolean => {
    if (elements(x.shape) !== elements(y.shape)) return false;
    if (x.input || y.input) return x.input === y.input;
    const [one, other] = [opOf(x), opOf(y)];
    return one === undefined || other === undefined ? !strict : one === other;
  };
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] as number;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const both = alike(a[i] as Traced, b[j] as Traced) ? at(i + 1, j + 1) + 1 : 0;
      best[i * width + j] = Math.max(both, at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [Traced, Traced][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as Traced, b[j] as Traced];
    if (alike(x, y) && at(i, j) === at(i + 1, j + 1) + 1) {
      pairs.push([x, y]);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return pairs;
}
