import type { Node } from '../../graph/graph.ts';
import type { Data8 } from '../../graph/op.ts';
import { distance } from './compare.ts';
import type { Rule, Site } from './rule.ts';
import { ruleKinds } from './rules.ts';
import { type Call, callOf, compute, recompute, type Segment } from './segment.ts';
import type { Maker, Variant } from './trace.ts';

/** What a rule, tried on one node, leaves unexplained. */
export interface Tried {
  readonly rule: string;
  readonly does: string;
  readonly instead: string;
  readonly node: Maker;
  /** Values that are still apart, and how many were. */
  readonly left: number;
  readonly of: number;
}

export interface Explanation {
  /** Whether the plain layers, from what the other side's layers read, give what the other side has: nothing is wrong here. */
  readonly inherited: boolean;
  /** The best first. */
  readonly tried: readonly Tried[];
}

export type OnTried = (done: number, total: number, what: string) => void;

interface Score {
  readonly left: number;
  /** Of all distances: tells rules apart that leave nothing beyond the limit. */
  readonly sum: number;
}

function scoreOf(values: Data8, theirs: Data8, limit: number): Score {
  let [left, sum] = [0, 0];
  for (let i = 0; i < theirs.length; i++) {
    const apart = distance(values[i] as number, theirs[i] as number);
    if (apart > limit) left++;
    sum += Math.min(apart, 1e30);
  }
  return { left, sum };
}

/** The node of a segment and each rule that may be tried on it, by kind. */
interface Trial {
  readonly position: number;
  readonly maker: Maker;
  readonly rule: Rule;
}

/**
 * Computes a segment again by every rule that is known, one node at a time, and tells how much of what `theirs` has is
 * explained by each.
 */
export function explain(
  segment: Segment,
  theirs: Data8,
  limit: number,
  variants: readonly Variant[] = [],
  onTried: OnTried = () => {},
): Explanation {
  const plain = scoreOf(recompute(segment), theirs, limit);
  if (plain.left === 0) return { inherited: true, tried: [] };
  const sites = sitesOf(segment);
  const kinds = [
    sites.flatMap((site) => variantTrials(segment, site, variants)),
    ...ruleKinds.map((kind) => sites.flatMap((site) => kind.flatMap((rules) => rules(site).map(trialOf(site))))),
  ];
  const total = kinds.reduce((sum, trials) => sum + trials.length, 0);
  const tried: { readonly result: Tried; readonly score: Score }[] = [];
  for (const trials of kinds) {
    for (const { position, maker, rule } of trials) {
      onTried(tried.length, total, rule.rule);
      const score = scoreOf(recompute(segment, position, rule.alter), theirs, limit);
      const { does, instead } = rule;
      tried.push({ result: { rule: rule.rule, does, instead, node: maker, left: score.left, of: plain.left }, score });
    }
    if (tried.some(({ score }) => score.left === 0)) break;
  }
  onTried(total, total, '');
  const best = tried.filter(({ score }) => score.left < plain.left || score.sum < plain.sum);
  best.sort((x, y) => x.score.left - y.score.left || x.score.sum - y.score.sum);
  // Of rules that give the same values the first is the simplest.
  return {
    inherited: false,
    tried: best.filter(({ score }, i) => !sameAsBefore(best, i, score)).map(({ result }) => result),
  };
}

/**
 * Which rules explain all of another segment, on one of its nodes. Rules are the same where their texts are. Undefined where the
 * segment differs by what it reads alone.
 */
export function explainToo(
  segment: Segment,
  theirs: Data8,
  limit: number,
  rules: readonly Tried[],
): boolean[] | undefined {
  if (scoreOf(recompute(segment), theirs, limit).left === 0) return undefined;
  const sites = sitesOf(segment);
  return rules.map(({ rule, does }) =>
    sites.some((site) =>
      ruleKinds
        .flat()
        .flatMap((rules) => rules(site))
        .filter((each) => each.rule === rule && each.does === does)
        .some(({ alter }) => scoreOf(recompute(segment, site.position, alter), theirs, limit).left === 0),
    ),
  );
}

const sameAsBefore = (best: readonly { readonly score: Score }[], i: number, score: Score): boolean =>
  i > 0 && best[i - 1]?.score.left === score.left && best[i - 1]?.score.sum === score.sum && score.left > 0;

type PlacedSite = Site & { readonly position: number; readonly maker: Maker };

/** Each node of the segment with what it reads when all are computed plainly. */
function sitesOf(segment: Segment): PlacedSite[] {
  const { graph, nodes, known } = segment;
  const made = new Map(known);
  return nodes.map((position) => {
    const call: Call = callOf(segment, position, (id) => made.get(id));
    const outputs = compute(call);
    call.view.node.outputs.forEach((id, i) => {
      made.set(id, outputs[i] as Data8);
    });
    const real = outputs[0] instanceof Float32Array;
    return { graph, position, maker: makerOf(call.view.node), view: call.view, inputs: call.inputs, real };
  });
}

export const makerOf = ({ index, op, name }: Node): Maker => ({ index, op: op.type, name });

const trialOf =
  ({ position, maker }: PlacedSite) =>
  (rule: Rule): Trial => ({ position, maker, rule });

/** The node as it would be with other constants in what was folded into it. */
function variantTrials(segment: Segment, site: PlacedSite, variants: readonly Variant[]): Trial[] {
  return variants.flatMap(({ graph, ...texts }): Trial[] => {
    const node = graph.nodes[site.position];
    if (!node || node.op !== site.view.node.op || graph.nodes.length !== segment.graph.nodes.length) return [];
    const constants = node.inputs.map((id) => graph.tensors[id]?.data as Data8 | undefined);
    const changed = constants.some((data, i) => data && !equal(data, site.inputs[i]));
    if (!changed) return [];
    const alter = (call: Call): Call => ({ ...call, inputs: call.inputs.map((each, i) => constants[i] ?? each) });
    return [{ position: site.position, maker: site.maker, rule: { ...texts, alter } }];
  });
}

const equal = (a: Data8, b: Data8 | undefined): boolean =>
  a.length === b?.length && a.every((value, i) => value === b[i]);
