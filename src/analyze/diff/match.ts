import { shortName } from '../../graph/short-name.ts';
import { gaps, inOrder } from './match-order.ts';
import { byStructure } from './match-structure.ts';
import { type Pair, Partners } from './partners.ts';
import type { Trace, Traced } from './trace.ts';

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
 * Tensors of two runs that are the same tensor: those of equal names; where these are not equal, what the same operator makes of
 * the same tensors; and what is left between two pairs, or, if only values are known, in order of operator and size.
 */
export function match(a: Trace, b: Trace): Matching {
  const partners = new Partners();
  for (const form of forms) {
    const names = named(
      b.tensors.filter((tensor) => !partners.hasB(tensor)),
      form,
    );
    for (const [name, tensor] of named(
      a.tensors.filter((one) => !partners.hasA(one)),
      form,
    )) {
      const other = names.get(name);
      if (tensor && other && !partners.hasA(tensor) && !partners.hasB(other)) partners.take(tensor, other, 'name');
    }
  }
  byBeginning(a.tensors, b.tensors, partners);
  const anyName = a.tensors.some((tensor) => tensor.maker && partners.hasA(tensor));
  byStructure(a, b, partners);
  for (const [one, other] of gaps(a, b, partners)) {
    for (const [x, y] of inOrder(one, other, !anyName)) partners.take(x, y, 'order');
  }
  const pairs = a.tensors.flatMap((tensor): Pair[] => {
    const found = partners.of(tensor);
    return found ? [{ a: tensor, ...found }] : [];
  });
  const place = new Map(b.tensors.map((tensor, i) => [tensor, i]));
  if (!a.graph && b.graph) pairs.sort((x, y) => (place.get(x.b) ?? 0) - (place.get(y.b) ?? 0));
  return {
    pairs,
    onlyA: a.tensors.filter((tensor) => !partners.hasA(tensor)),
    onlyB: b.tensors.filter((tensor) => !partners.hasB(tensor)),
  };
}

/** Long names are cut off by who writes files of them. No two tensors differ in what comes after so many letters. */
const longName = 60;

/** Pairs tensors where the name of one is the beginning of the other's, and of no third one's. */
function byBeginning(a: readonly Traced[], b: readonly Traced[], partners: Partners): void {
  const plain = forms[1];
  const long = (tensor: Traced): string => tensor.names.map(plain).find((name) => name.length >= longName) ?? '';
  const free = b.filter((tensor) => !partners.hasB(tensor) && long(tensor) !== '');
  for (const tensor of a) {
    const name = long(tensor);
    if (partners.hasA(tensor) || name === '') continue;
    const [other, ...more] = free.filter((each) => name.startsWith(long(each)) || long(each).startsWith(name));
    if (other && more.length === 0 && !partners.hasB(other)) partners.take(tensor, other, 'name');
  }
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
