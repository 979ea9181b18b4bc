import type { Values } from '../../format/values.ts';
import { type Graph, givenTensors } from '../../graph/graph.ts';
import type { Node } from '../../graph/op.ts';
import type { TensorId } from '../../graph/tensor.ts';
import type { Limits } from './compare.ts';
import { makerOf, type OnTried } from './explain.ts';
import { factsOf } from './facts.ts';
import { match } from './match.ts';
import { placesOf } from './places.ts';
import { recordFacts } from './records.ts';
import type { Diff, First } from './report.ts';
import { type Row, rowsOf } from './rows.ts';
import { segmentTo } from './segment.ts';
import { tiesOf } from './ties.ts';
import { nameOf, type Trace, type Traced } from './trace.ts';
import { type Case, segmentAt, verdictOf } from './verdict.ts';

/** Compares two runs on the same image, tensor by tensor, and looks for what makes the first difference. */
export function diff(a: Trace, b: Trace, limits: Limits, onTried?: OnTried): Diff {
  const { pairs, onlyA, onlyB } = match(a, b);
  const own = a.graph || !b.graph ? 'a' : 'b';
  const rows = rowsOf(pairs, own, limits);
  const at = rows.findIndex(({ compared }) => compared.difference || compared.misshapen);
  return {
    equal: at < 0 && rows.length > 0,
    compared: rows.map(({ compared }) => compared),
    onlyA: alone(onlyA, a, b),
    onlyB: alone(onlyB, b, a),
    ...(at >= 0 && { first: firstOf({ rows, own, trace: own === 'a' ? a : b }, at, a, b, onTried) }),
  };
}

/** Names of tensors that one side alone has, but for constants of the other, and what has a name twice and a partner once. */
function alone(tensors: readonly Traced[], of: Trace, { graph }: Trace): string[] {
  const constants = new Set(graph?.tensors.flatMap(({ name, data }) => (data ? [name] : [])));
  const twice = new Set(of.tensors.filter((tensor) => !tensors.includes(tensor)).map(nameOf));
  return tensors.map(nameOf).filter((name) => name !== '' && !constants.has(name) && !twice.has(name));
}

function firstOf(given: Case, at: number, a: Trace, b: Trace, onTried: OnTried | undefined): First {
  const { rows, own } = given;
  const { pair, terms, compared } = rows[at];
  const segment = segmentAt(given, at);
  const several = segment && segment.nodes.length > 1;
  const ties = segment && terms ? tiesOf(segment, terms, compared.limit) : undefined;
  return {
    ...compared,
    places: terms ? placesOf(terms, pair[own].shape, compared.limit) : [],
    computed: own === 'a' ? 'A' : 'B',
    ...(ties !== undefined && { ties }),
    facts: a.graph && b.graph ? factsBetween(a.graph, b.graph, rows, at) : recordFacts(a, pair.a, b, pair.b),
    between: several ? segment.nodes.map((n) => makerOf(segment.graph.nodes[n])) : [],
    verdict: verdictOf(given, at, segment, onTried),
  };
}

/** What two models say otherwise about the layers that make the tensors of a row. */
function factsBetween(graphA: Graph, graphB: Graph, rows: readonly Row[], at: number): string[] {
  const nodesOf = (graph: Graph, side: 'a' | 'b'): readonly Node[] => {
    const { id = -1 } = rows[at].pair[side] ?? {};
    const known = new Map<TensorId, Values>(givenTensors(graph).map((id) => [id, new Int8Array()]));
    for (const { pair } of rows.slice(0, at))
      if (pair[side].id !== undefined) known.set(pair[side].id, new Int8Array());
    return segmentTo(graph, id, known)?.nodes.map((n) => graph.nodes[n]) ?? [];
  };
  const [one, other] = [nodesOf(graphA, 'a'), nodesOf(graphB, 'b')];
  if (one.length !== other.length) {
    const types = (nodes: readonly Node[]) => nodes.map(({ op }) => op.type).join(', ');
    return [`it is made by ${types(one) || 'nothing'} in A and by ${types(other) || 'nothing'} in B`];
  }
  return one.flatMap((node, i) => {
    const facts = factsOf(graphA, node, graphB, other[i]);
    return one.length > 1 ? facts.map((fact) => `node ${node.index} ${node.op.type}: ${fact}`) : facts;
  });
}
