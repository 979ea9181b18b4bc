import { LiteBlockError } from '../format/errors.ts';
import { type Graph, producersOf } from '../graph/graph.ts';
import type { Quantization, TensorId } from '../graph/tensor.ts';
import type { Finding } from './finding.ts';
import { nodeError, operandsOf } from './operands.ts';
import { heldBy, quantizationOf, type Range, union } from './range.ts';
import type { Groups } from './shared.ts';

/** The range of every group: of all its activations, and of constants that share it. */
export function groupRanges(graph: Graph, groups: Groups, seen: ReadonlyMap<TensorId, Range>): Map<TensorId, Range> {
  const ranges = new Map<TensorId, Range>();
  graph.tensors.forEach(({ data }, id) => {
    const own = data instanceof Float32Array ? rangeOfValues(data) : seen.get(id);
    if (!own) return;
    const root = groups.of(id);
    const before = ranges.get(root);
    ranges.set(root, before ? union(before, own) : own);
  });
  return ranges;
}

function rangeOfValues(values: Float32Array): Range {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    min = Math.min(min, value);
    max = Math.max(max, value);
  }
  return { min, max };
}

/** The quantisation of every group. Throws where a fixed one does not hold what was observed. */
export function activationQuantizations(
  graph: Graph,
  groups: Groups,
  ranges: ReadonlyMap<TensorId, Range>,
  findings: Finding[],
): Map<TensorId, Quantization> {
  const made = new Map<TensorId, Quantization>();
  for (const [root, range] of ranges) {
    const fixed = groups.fixed.get(root);
    if (fixed) refuseBeyond(graph, groups, root, range, fixed);
    made.set(root, fixed ?? quantizationOf(range));
  }
  limitMultipliers(graph, groups, made);
  const producers = producersOf(graph);
  for (const [root, range] of ranges) {
    if (graph.tensors[root].data || groups.fixed.has(root)) continue;
    const place = { node: producers.get(root) ?? -1, tensor: root };
    const width = Math.max(range.max, 0) - Math.min(range.min, 0);
    const scale = made.get(root)?.scale[0] as number;
    if (width === 0) findings.push({ kind: 'always-zero', ...place });
    // A range about 0 takes width / 254, rounded to float32.
    else if (scale > (width / 254) * (1 + 2 ** -20))
      findings.push({ kind: 'narrow-range', ...place, ratio: scale / (width / 255) });
  }
  return made;
}

/**
 * Widens the scale of outputs that are so near 0 wherever they were seen that x's scale times the weights' is 2^29 of their
 * steps or more: the engine's multipliers end at 2^30.
 */
function limitMultipliers(graph: Graph, groups: Groups, made: Map<TensorId, Quantization>): void {
  for (const node of graph.nodes) {
    const { inputs, outputs } = operandsOf(graph, node);
    const product = inputs.map(({ rule }) => rule.productOf).find((names) => names !== undefined);
    const [x, weights] = (product ?? []).map((name) => inputs.find(({ rule }) => rule.name === name));
    const y = groups.of(outputs[0].id);
    const [from, to] = [made.get(groups.of(x?.id ?? -1)), made.get(y)];
    if (!from || !to || !(weights?.tensor.data instanceof Float32Array) || groups.fixed.has(y)) continue;
    const most = weights.tensor.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const least = Math.fround((from.scale[0] * most) / 127 / 2 ** 29);
    if (to.scale[0] < least) made.set(y, { ...to, scale: [least] });
  }
}

/** A fixed scale that is shared with tensors of another range: a step beyond its ends (1 beside 255/256) is let pass. */
function refuseBeyond(graph: Graph, groups: Groups, root: TensorId, range: Range, fixed: Quantization): void {
  const [scale, zeroPoint] = [fixed.scale[0], fixed.zeroPoint[0]];
  const held = heldBy(scale, zeroPoint);
  if (range.min >= held.min - scale && range.max <= held.max + scale) return;
  const node = graph.nodes.find(({ op, outputs }) => {
    const rule = op.operands.outputs[0];
    return rule?.fixed === undefined && outputs.some((id) => groups.of(id) === root);
  });
  const what =
    `its tensors share the scale ${scale} of [${held.min}, ${held.max}] with a function whose range is known, ` +
    `but have values from ${range.min} to ${range.max}: they cannot be joined without a loss`;
  throw node
    ? nodeError('unsupported', node, what)
    : new LiteBlockError('unsupported', `quantize: tensor ${root}: ${what}`);
}
