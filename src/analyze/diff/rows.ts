import type { Values } from '../../format/values.ts';
import { compare, type Limits, limitOf } from './compare.ts';
import { hwc, orderOf } from './layout.ts';
import type { Pair } from './partners.ts';
import type { Compared } from './report.ts';
import { type Terms, termsOf } from './terms.ts';
import { nameOf } from './trace.ts';

/** A pair of tensors and what came of comparing them. */
export interface Row {
  readonly pair: Pair;
  /** Undefined where nothing can be compared. */
  readonly terms: Terms | undefined;
  readonly compared: Compared;
}

/** Every pair in the terms of the side `own`. */
export function rowsOf(pairs: readonly Pair[], own: 'a' | 'b', limits: Limits): Row[] {
  const other = own === 'a' ? 'b' : 'a';
  // Where one array of a run can only be channels first, all of that run are.
  const channelsFirst = pairs.some((pair) => orderOf(pair[other], hwc(pair[own].shape)) === 'channels first');
  const rows = pairs.map((pair) => rowOf(pair, own, channelsFirst, limits));
  return rows.map((row, i) => withoutOverwritten(row, rows.slice(i + 1), own));
}

function rowOf(pair: Pair, own: 'a' | 'b', channelsFirst: boolean, limits: Limits): Row {
  const { a, b, by } = pair;
  const terms = termsOf(pair, own, channelsFirst, limits.image);
  const limit = terms ? limitOf(terms, limits) : 0;
  const difference = terms && compare(terms, pair[own].shape, limit);
  const maker = a.maker ?? b.maker;
  const compared = {
    name: nameOf(a),
    ...(nameOf(a) !== nameOf(b) && { nameB: nameOf(b) }),
    by,
    ...(maker && { maker }),
    shapeA: a.shape,
    shapeB: b.shape,
    unit: terms?.unit ?? 'step',
    ...(terms?.scale !== undefined && { scale: terms.scale }),
    limit,
    ...(difference && { difference }),
    ...(!terms && { misshapen: true as const }),
    notes: terms?.notes ?? [],
  };
  return { pair, terms, compared };
}

/** Of the values that differ before: a layer that came out otherwise does not leave the next one as good as it was. */
const few = 0.1;

/**
 * Runtimes write the output of an addition and the like over an input of it, and a dump of that input then has the output's
 * values, though all is well: the two tensors are two on the own side and one on the other, and the later one is as it should
 * be, or nearly.
 */
function withoutOverwritten(row: Row, after: readonly Row[], own: 'a' | 'b'): Row {
  const other = own === 'a' ? 'b' : 'a';
  const { terms, compared, pair } = row;
  if (!terms || !compared.difference) return row;
  const { count } = compared.difference;
  const later = after.find(
    (each) =>
      each.terms &&
      (each.compared.difference?.count ?? 0) <= few * count &&
      sameValues(each.pair[other].values, pair[other].values) &&
      !sameValues(each.pair[own].values, pair[own].values),
  );
  if (!later) return row;
  const { difference: _, ...rest } = compared;
  return { pair, terms: undefined, compared: { ...rest, overwrittenBy: nameOf(later.pair.a) } };
}

const sameValues = (a: Values, b: Values): boolean => a.length === b.length && a.every((value, i) => value === b[i]);
