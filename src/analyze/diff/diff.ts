import type { Graph, Node, TensorId } from '../../graph/graph.ts';
import { producersOf } from '../../graph/graph.ts';
import type { Data8 } from '../../graph/op.ts';
import { compare, type Difference, type Limits, limitOf } from './compare.ts';
import { explain, explainToo, makerOf, type OnTried, type Tried } from './explain.ts';
import { factsOf } from './facts.ts';
import { hwc, orderOf } from './layout.ts';
import { type Matching, match, type Pair } from './match.ts';
import { placesOf } from './places.ts';
import { preparationOf } from './rules/inputs.ts';
import { type Segment, segmentTo } from './segment.ts';
import { type Terms, termsOf } from './terms.ts';
import { tiesOf } from './ties.ts';
import { type Maker, nameOf, type Trace, type Traced } from './trace.ts';

/** One tensor that both runs have. */
export interface Compared {
  readonly name: string;
  /** Its name in B, where that is another. */
  readonly nameB?: string;
  readonly by: Pair['by'];
  readonly maker?: Maker;
  readonly shapeA: readonly number[];
  readonly shapeB: readonly number[];
  readonly unit: Terms['unit'];
  /** The real value of a step. */
  readonly scale?: number;
  /** How far values may be apart. */
  readonly limit: number;
  readonly difference?: Difference;
  /** The two are not of one size. */
  readonly misshapen?: true;
  /** A later tensor whose values one side has here, too: it lies in the same memory there, and nothing can be compared. */
  readonly overwrittenBy?: string;
  readonly notes: readonly string[];
}

/** Why the first tensor that differs does. */
export type Verdict =
  | { readonly kind: 'input'; readonly preparation?: string }
  /** The layers on the way give B's values from what B's layers read: the differences before it are enough. */
  | { readonly kind: 'inherited' }
  /**
   * Rules that explain everything, the best first; of several those that explain most of the next tensors that differ.
   * `more`: how many of these the first explains, and how many were tried.
   */
  | {
      readonly kind: 'rule';
      readonly rules: readonly Tried[];
      readonly more?: readonly [explained: number, of: number];
    }
  /** No rule explains everything; the closest first. */
  | { readonly kind: 'unknown'; readonly closest: readonly Tried[] }
  /** Nothing could be computed again, and why. */
  | { readonly kind: 'none'; readonly why: string };

export interface First extends Compared {
  readonly places: readonly string[];
  /** The side whose layers were computed again, to find out what the other does. */
  readonly computed: 'A' | 'B';
  /** Of the values that differ, how many lie on a tie or nearly. */
  readonly ties?: number;
  /** What the two models say otherwise about its layers. */
  readonly facts: readonly string[];
  /** Layers between it and what both runs have, where there are several. */
  readonly between: readonly Maker[];
  readonly verdict: Verdict;
}

export interface Diff {
  readonly equal: boolean;
  /** In the order of execution. */
  readonly compared: readonly Compared[];
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  readonly first?: First;
}

/** More layers between two tensors that both have are not searched through. */
const mostBetween = 12;

/** Tensors after the first that are looked at where several rules explain that one. */
const mostLater = 6;

interface Row {
  readonly pair: Pair;
  readonly terms: Terms | undefined;
  readonly compared: Compared;
}

/** Compares two runs on the same image, tensor by tensor, and looks for what makes the first difference. */
export function diff(a: Trace, b: Trace, limits: Limits, onTried?: OnTried): Diff {
  const matching = match(a, b);
  const subject = a.graph ? 'a' : 'b';
  const channelsFirst = isChannelsFirst(matching, subject);
  const rows = withoutOverwritten(
    matching.pairs.map((pair) => rowOf(pair, subject, channelsFirst, limits)),
    subject,
  );
  const at = rows.findIndex(({ compared }) => compared.difference || compared.misshapen);
  const names = (tensors: readonly Traced[]) => tensors.map(nameOf);
  return {
    equal: at < 0 && rows.length > 0,
    compared: rows.map(({ compared }) => compared),
    onlyA: names(matching.onlyA),
    onlyB: names(matching.onlyB),
    ...(at >= 0 && { first: firstOf(a, b, rows, at, onTried) }),
  };
}

/** Where one array of a run can only be channels first, all of that run are. */
function isChannelsFirst({ pairs }: Matching, subject: 'a' | 'b'): boolean {
  return pairs.some((pair) => {
    const [own, other] = subject === 'a' ? [pair.a, pair.b] : [pair.b, pair.a];
    return orderOf(other, hwc(own.shape)) === 'channels first';
  });
}

function rowOf(pair: Pair, subject: 'a' | 'b', channelsFirst: boolean, limits: Limits): Row {
  const { a, b, by } = pair;
  const terms = termsOf(pair, subject, channelsFirst);
  const limit = terms ? limitOf(terms, limits) : 0;
  const own = subject === 'a' ? a : b;
  const difference = terms && compare(terms, own.shape, limit);
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

/**
 * Runtimes write the output of an addition and the like over an input of it, and a dump of that input then has the output's
 * values, though all is well: the two tensors are one on the other side and two here, and the later one is as it should be, or nearly.
 */
function withoutOverwritten(rows: readonly Row[], subject: 'a' | 'b'): Row[] {
  const [own, other] = subject === 'a' ? (['a', 'b'] as const) : (['b', 'a'] as const);
  return rows.map((row, i): Row => {
    const { terms, compared, pair } = row;
    if (!terms || !compared.difference) return row;
    const { count } = compared.difference;
    const later = rows
      .slice(i + 1)
      .find(
        (each) =>
          each.terms &&
          (each.compared.difference?.count ?? 0) <= few * count &&
          sameValues(each.pair[other].values, pair[other].values) &&
          !sameValues(each.pair[own].values, pair[own].values),
      );
    if (!later) return row;
    const { difference: _, ...rest } = compared;
    return { pair, terms: undefined, compared: { ...rest, overwrittenBy: nameOf(later.pair.a) } };
  });
}

/** Of the values that differ before: a layer that came out otherwise does not leave the next one as good as it was. */
const few = 0.1;

const sameValues = (a: Data8, b: Data8): boolean => a.length === b.length && a.every((value, i) => value === b[i]);

function firstOf(a: Trace, b: Trace, rows: readonly Row[], at: number, onTried: OnTried | undefined): First {
  const { pair, terms, compared } = rows[at] as Row;
  const subject = a.graph ? 'a' : 'b';
  const trace = subject === 'a' ? a : b;
  const { graph, variants } = trace;
  const own = pair[subject];
  const segment = own.id !== undefined ? segmentOf(trace, own.id, subject, rows.slice(0, at)) : undefined;
  const makers =
    segment && segment.nodes.length > 1 ? segment.nodes.map((n) => makerOf(segment.graph.nodes[n] as Node)) : [];
  const ties = segment && terms ? tiesOf(segment, terms, compared.limit) : undefined;
  return {
    ...compared,
    computed: subject === 'a' ? 'A' : 'B',
    places: terms ? placesOf(terms, own.shape, compared.limit) : [],
    ...(ties !== undefined && { ties }),
    facts: a.graph && b.graph ? factsBetween(a.graph, b.graph, pair, rows.slice(0, at)) : [],
    between: makers,
    verdict: verdictOf(),
  };

  function verdictOf(): Verdict {
    if (!terms) return { kind: 'none', why: 'the two are not of one size' };
    if (own.input || pair.b.input) {
      const preparation = preparationOf(terms, own.shape, compared.limit);
      return { kind: 'input', ...(preparation !== undefined && { preparation }) };
    }
    if (!graph) return { kind: 'none', why: 'neither A nor B is a model that can be computed layer by layer' };
    if (!segment) return { kind: 'none', why: 'what its layer reads is not known' };
    if (segment.nodes.length > mostBetween) {
      const why = `${segment.nodes.length} layers lie between it and the tensors before it that both have (at most ${mostBetween})`;
      return { kind: 'none', why };
    }
    const [mine, theirs] = subject === 'a' ? [terms.a, terms.b] : [terms.b, terms.a];
    if (mine.constructor !== own.values.constructor) {
      return { kind: 'none', why: 'a real layer cannot be computed by the rules of a quantised one' };
    }
    const { inherited, tried } = explain(segment, theirs, compared.limit, variants, onTried);
    if (inherited) return { kind: 'inherited' };
    const exact = tried.filter(({ left }) => left === 0);
    if (exact.length === 0) return { kind: 'unknown', closest: tried.slice(0, 3) };
    return exact.length === 1 ? { kind: 'rule', rules: exact } : toldApart(exact);
  }

  function toldApart(exact: readonly Tried[]): Verdict {
    const later = rows.flatMap((row, i) => (i > at && row.compared.difference ? [i] : [])).slice(0, mostLater);
    const explained = later.flatMap((i) => {
      const { pair: other, terms: own } = rows[i] as Row;
      const id = other[subject].id;
      const to = id === undefined ? undefined : segmentOf(trace, id, subject, rows.slice(0, i));
      if (!to || !own || to.nodes.length > mostBetween) return [];
      const which = explainToo(to, subject === 'a' ? own.b : own.a, (rows[i] as Row).compared.limit, exact);
      return which ? [which] : [];
    });
    const counts = exact.map((_, r) => explained.filter((which) => which[r]).length);
    const most = Math.max(...counts);
    const rules = exact.filter((_, r) => counts[r] === most);
    return { kind: 'rule', rules, ...(most > 0 && { more: [most, explained.length] as const }) };
  }
}

/** From what both runs have: the values of the other one, as its layers read them. */
function segmentOf(
  { graph, tensors }: Trace,
  target: TensorId,
  subject: 'a' | 'b',
  before: readonly Row[],
): Segment | undefined {
  if (!graph) return undefined;
  const known = new Map<TensorId, Data8>();
  for (const { id, values } of tensors) if (id !== undefined && graph.inputs.includes(id)) known.set(id, values);
  for (const { pair, terms } of before) {
    const own = pair[subject];
    if (own.id === undefined || !terms) continue;
    const theirs = subject === 'a' ? terms.b : terms.a;
    if (theirs.constructor === own.values.constructor) known.set(own.id, theirs);
  }
  return segmentTo(graph, target, known);
}

/** What two models say otherwise about the layers that make a pair of tensors. */
function factsBetween(graphA: Graph, graphB: Graph, pair: Pair, before: readonly Row[]): string[] {
  const nodesOf = (graph: Graph, side: 'a' | 'b'): readonly Node[] => {
    const target = pair[side].id;
    if (target === undefined) return [];
    const known = new Map<TensorId, Data8>();
    for (const row of before) {
      const { id, values } = row.pair[side];
      if (id !== undefined) known.set(id, values);
    }
    for (const id of graph.inputs) known.set(id, new Int8Array());
    const segment = segmentTo(graph, target, known);
    if (segment) return segment.nodes.map((n) => graph.nodes[n] as Node);
    const maker = producersOf(graph).get(target);
    return maker === undefined ? [] : [graph.nodes[maker] as Node];
  };
  const [one, other] = [nodesOf(graphA, 'a'), nodesOf(graphB, 'b')];
  if (one.length !== other.length) {
    const types = (nodes: readonly Node[]) => nodes.map(({ op }) => op.type).join(', ');
    return [`it is made by ${types(one) || 'nothing'} in A and by ${types(other) || 'nothing'} in B`];
  }
  return one.flatMap((node, i) => {
    const facts = factsOf(graphA, node, graphB, other[i] as Node);
    return one.length > 1 ? facts.map((fact) => `node ${node.index} ${node.op.type}: ${fact}`) : facts;
  });
}
