import type { Values } from '../../format/values.ts';
import { variablesOf } from '../../graph/graph.ts';
import type { TensorId } from '../../graph/tensor.ts';
import { explain, explainToo, type OnTried, type Tried } from './explain.ts';
import type { Verdict } from './report.ts';
import type { Row } from './rows.ts';
import { preparationOf } from './rules/inputs.ts';
import { type Segment, segmentTo } from './segment.ts';
import type { Terms } from './terms.ts';
import type { Trace } from './trace.ts';

/** More layers between two tensors that both have are not searched through. */
const mostBetween = 12;

/** Tensors after the first that are looked at where several rules explain that one. */
const mostLater = 6;

/** All rows, and the trace of the side whose layers are computed again. */
export interface Case {
  readonly rows: readonly Row[];
  readonly own: 'a' | 'b';
  readonly trace: Trace;
}

const theirsOf = ({ a, b }: Terms, own: 'a' | 'b'): Values => (own === 'a' ? b : a);

/** The layers to the tensor of a row from what both runs have before it: the values of the other one, as its layers read them. */
export function segmentAt({ rows, own, trace: { graph, tensors } }: Case, at: number): Segment | undefined {
  const target = rows[at].pair[own].id;
  if (!graph || target === undefined) return undefined;
  const known = new Map<TensorId, Values>();
  for (const { id, values } of tensors) if (id !== undefined && graph.inputs.includes(id)) known.set(id, values);
  for (const { value, initial } of variablesOf(graph)) known.set(value, initial);
  for (const { pair, terms } of rows.slice(0, at)) {
    const { id, values } = pair[own];
    const theirs = terms && theirsOf(terms, own);
    if (id !== undefined && theirs?.constructor === values.constructor) known.set(id, theirs);
  }
  return segmentTo(graph, target, known);
}

/** Why the tensor of a row, the first that differs, does. */
export function verdictOf(given: Case, at: number, segment: Segment | undefined, onTried?: OnTried): Verdict {
  const { rows, own, trace } = given;
  const { pair, terms, compared } = rows[at];
  const none = (why: string): Verdict => ({ kind: 'none', why });
  if (!terms) return none('the two have different sizes');
  if (pair.a.input || pair.b.input) {
    const preparation = preparationOf(terms, pair[own].shape, compared.limit);
    return { kind: 'input', ...(preparation !== undefined && { preparation }) };
  }
  if (!trace.graph) return none('neither A nor B is a model whose layers can be computed one by one');
  if (!segment) return none('what its layer reads is not known');
  if (segment.nodes.length > mostBetween) {
    const count = segment.nodes.length;
    return none(`${count} layers lie between it and the tensors before it that both have (at most ${mostBetween})`);
  }
  const theirs = theirsOf(terms, own);
  if (theirs.constructor !== pair[own].values.constructor) {
    return none('the two have different types, which is a difference of its own');
  }
  const { inherited, tried, untried } = explain(segment, theirs, compared.limit, trace.variants, onTried);
  if (inherited) return { kind: 'inherited' };
  const exact = tried.filter(({ left }) => left === 0);
  if (exact.length === 0) return { kind: 'unknown', closest: tried.slice(0, 3), untried };
  return exact.length === 1 ? { kind: 'rule', rules: exact } : toldApart(given, at, exact);
}

/** Of several rules those that explain most of the next tensors. */
function toldApart(given: Case, at: number, exact: readonly Tried[]): Verdict {
  const { rows, own } = given;
  const later = rows.flatMap((row, i) => (i > at && row.compared.difference ? [i] : [])).slice(0, mostLater);
  const explained = later.flatMap((i) => {
    const { terms, compared } = rows[i];
    const segment = segmentAt(given, i);
    if (!segment || !terms || segment.nodes.length > mostBetween) return [];
    const which = explainToo(segment, theirsOf(terms, own), compared.limit, exact);
    return which ? [which] : [];
  });
  const counts = exact.map((_, r) => explained.filter((which) => which[r]).length);
  const most = Math.max(...counts);
  const rules = exact.filter((_, r) => counts[r] === most);
  return { kind: 'rule', rules, ...(most > 0 && { more: [most, explained.length] as const }) };
}
