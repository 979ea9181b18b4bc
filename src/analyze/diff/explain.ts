import type { Values } from '../../format/values.ts';
import { operandAt } from '../../graph/graph.ts';
import type { Node } from '../../graph/op.ts';
import { elements } from '../../graph/tensor.ts';
import { distanceAt } from './compare.ts';
import type { DifferenceSite, Rule, Rules } from './rule.ts';
import { ruleKinds } from './rules.ts';
import { type Call, type Computed, computed, recompute, type Segment } from './segment.ts';
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
  /** Rules that were left: it would have taken too long. */
  readonly untried: number;
}

export type OnTried = (done: number, total: number, what: string) => void;

interface Score {
  readonly left: number;
  /** Of all distances: tells rules apart that leave nothing beyond the limit. */
  readonly sum: number;
}

function scoreOf(values: Values, theirs: Values, limit: number): Score {
  let [left, sum] = [0, 0];
  for (let i = 0; i < theirs.length; i++) {
    const apart = distanceAt(values, theirs, i);
    if (apart > limit) left++;
    sum += Math.min(apart, 1e30);
  }
  return { left, sum };
}

/** A rule, and the node that it is tried on. */
interface Trial {
  readonly site: PlacedSite;
  readonly rule: Rule;
}

/** Multiply-accumulates, and elements, that may be computed in search of a rule: about a minute. */
const mostWork = 4e9;

/**
 * Computes a segment again by every rule that is known, one node at a time, and tells how much of what `theirs` has is
 * explained by each.
 */
export function explain(
  segment: Segment,
  theirs: Values,
  limit: number,
  variants: readonly Variant[] = [],
  onTried: OnTried = () => {},
): Explanation {
  const plain = computed(segment);
  const before = scoreOf(plain.values.get(segment.target) as Values, theirs, limit);
  if (before.left === 0) return { inherited: true, tried: [], untried: 0 };
  const sites = sitesOf(segment, plain, theirs);
  const kinds: Trial[][] = [
    sites.flatMap((site) => variantTrials(segment, site, variants)),
    ...ruleKinds.map((kind) => sites.flatMap((site) => rulesAt(site, kind).map((rule) => ({ site, rule })))),
  ];
  const total = kinds.reduce((sum, trials) => sum + trials.length, 0);
  const tried: { readonly result: Tried; readonly score: Score }[] = [];
  let work = 0;
  for (const trials of kinds) {
    for (const { site, rule } of trials) {
      if (work > mostWork) break;
      work += site.work;
      onTried(tried.length, total, rule.rule);
      const score = scoreOf(recompute(segment, plain, site.position, rule.alter), theirs, limit);
      const { does, instead } = rule;
      tried.push({
        result: { rule: rule.rule, does, instead, node: site.maker, left: score.left, of: before.left },
        score,
      });
    }
    if (tried.some(({ score }) => score.left === 0)) break;
  }
  onTried(total, total, '');
  const best = tried.filter(({ score }) => score.left < before.left || score.sum < before.sum);
  best.sort((x, y) => x.score.left - y.score.left || x.score.sum - y.score.sum);
  return {
    inherited: false,
    // Of rules that explain the same part the first is the simplest.
    tried: best.filter(({ score }, i) => !sameAsBefore(best, i, score)).map(({ result }) => result),
    untried: work > mostWork ? total - tried.length : 0,
  };
}

/**
 * Which rules explain all of another segment, on one of its nodes. Rules are the same where their texts are. Undefined where the
 * segment differs by what it reads alone.
 */
export function explainToo(
  segment: Segment,
  theirs: Values,
  limit: number,
  rules: readonly Tried[],
): boolean[] | undefined {
  const plain = computed(segment);
  if (scoreOf(plain.values.get(segment.target) as Values, theirs, limit).left === 0) return undefined;
  const sites = sitesOf(segment, plain, theirs);
  return rules.map(({ rule, does }) =>
    sites.some((site) =>
      rulesAt(site, ruleKinds.flat())
        .filter((each) => each.rule === rule && each.does === does)
        .some(({ alter }) => scoreOf(recompute(segment, plain, site.position, alter), theirs, limit).left === 0),
    ),
  );
}

const sameAsBefore = (best: readonly { readonly score: Score }[], i: number, score: Score): boolean =>
  i > 0 && best[i - 1].score.left === score.left && best[i - 1].score.sum === score.sum && score.left > 0;

type PlacedSite = DifferenceSite & {
  readonly position: number;
  readonly maker: Maker;
  /** Of the node and all after it, which are computed again with it. */
  readonly work: number;
};

const rulesAt = (site: PlacedSite, kind: readonly Rules[]): Rule[] => kind.flatMap((rules) => rules(site));

function sitesOf({ graph, nodes, target }: Segment, { calls }: Computed, theirs: Values): PlacedSite[] {
  let work = 0;
  const sites = [...nodes].reverse().map((position): PlacedSite => {
    const { view, inputs } = calls.get(position) as Call;
    const y = view.outputs[0];
    work += view.node.op.macs(view) + elements(y.shape);
    const site = { graph, position, maker: makerOf(view.node), view, inputs, real: y.dtype === 'f32', work };
    return view.node.outputs[0] === target ? { ...site, theirs } : site;
  });
  return sites.reverse();
}

export const makerOf = ({ index, op, name }: Node): Maker => ({ index, op: op.type, name });

/** The node as it would be with other constants in what was folded into it. */
function variantTrials(segment: Segment, site: PlacedSite, variants: readonly Variant[]): Trial[] {
  return variants.flatMap(({ graph, ...texts }): Trial[] => {
    const node = graph.nodes[site.position];
    if (!node || node.op !== site.view.node.op || graph.nodes.length !== segment.graph.nodes.length) return [];
    const constants = node.inputs.map((id) => operandAt(graph, id)?.data);
    const changed = constants.some((data, i) => data && !equal(data, site.inputs[i]));
    if (!changed) return [];
    const alter = (call: Call): Call => ({ ...call, inputs: call.inputs.map((each, i) => constants[i] ?? each) });
    return [{ site, rule: { ...texts, alter } }];
  });
}

const equal = (a: Values, b: Values | undefined): boolean =>
  a.length === b?.length && a.every((value, i) => value === b[i]);
