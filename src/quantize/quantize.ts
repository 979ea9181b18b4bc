import { LiteBlockError } from '../format/errors.ts';
import type { FloatEvaluator, QuantizedEvaluator, Run } from '../graph/evaluator.ts';
import { type Graph, type Node, producersOf, type TensorId } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import type { Quantization, Tensor } from '../graph/tensor.ts';
import { verify } from '../graph/verify.ts';
import { type Images, observedRanges } from './calibrate.ts';
import { leastErrorRange, percentileRange } from './clip.ts';
import { quantizeConstants } from './constants.ts';
import { addTo, biasInput, type ChannelSums, correctBias } from './correct-bias.ts';
import type { Finding } from './finding.ts';
import { type Histogram, histogramsOf } from './histogram.ts';
import { nodeError, operandsOf, productOf } from './operands.ts';
import { heldBy, quantizationOf, type Range, union } from './range.ts';
import { type Groups, groupsOf } from './shared.ts';

/** How ranges of activations are chosen: docs/quantization.md tells what each gave on which network. */
export const methods = ['min-max', 'percentile', 'mse'] as const;
export type Method = (typeof methods)[number];

/** The one with the least noise in the logits of LiteNet on MNIST and CIFAR. */
export const defaultMethod: Method = 'mse';

export interface QuantizeOptions {
  /** 'mse' where it is not given. */
  readonly method?: Method;
  /** Per cent of values that the method 'percentile' keeps, 99.99 if not given; it cuts equal parts off both ends. */
  readonly percentile?: number;
  /** Float execution: the plain definitions of the ops, or an engine. */
  readonly evaluate: FloatEvaluator;
  /**
   * int8 execution, of which only the result is looked at. Given, biases are corrected on the first images; else the biases
   * are those of the float graph.
   */
  readonly evaluateQuantized?: QuantizedEvaluator;
  /** How many images biases are corrected on: 32 where it is not given. */
  readonly correctionImages?: number;
  /** Called after each image of each pass with the number of image runs so far; `passesOf` tells how many there will be. */
  readonly onImage?: (done: number) => void;
  /** Called after each layer whose bias was corrected. */
  readonly onLayer?: (done: number, layers: number) => void;
}

export interface Quantized {
  /** int8. Activations and constants keep the ids that they have in the float graph. */
  readonly graph: Graph;
  readonly method: Method;
  /** How many images it was calibrated with. */
  readonly images: number;
  /** Least and greatest value of every activation over these images, before any clipping. */
  readonly ranges: ReadonlyMap<TensorId, Range>;
  readonly findings: readonly Finding[];
}

/** How often `quantize` runs every image. */
export const passesOf = (method: Method = defaultMethod): number => (method === 'min-max' ? 1 : 2);

/**
 * A float32 graph as int8: ranges of activations are observed on `images`, and every tensor is quantised as the operand rules
 * of the ops that read and make it ask. Bit for bit the same in every JavaScript engine.
 */
export function quantize(graph: Graph, images: Images, options: QuantizeOptions): Quantized {
  refuseUnfit(graph);
  const groups = groupsOf(graph);
  const run = options.evaluate(graph);
  let done = 0;
  const onImage = () => options.onImage?.(++done);
  const sample = sampleOf(graph, options);
  const seen = observedRanges(graph, sample.watch(run), images, onImage);
  const observed = groupRanges(graph, groups, seen.ranges);
  const clip = clipOf(options);
  const ranges = new Map(observed);
  if (clip) {
    const histograms = histogramsOf(graph, groups, observed, run, images, onImage);
    for (const [root, histogram] of histograms) ranges.set(root, clip(histogram));
  }
  const findings: Finding[] = [];
  const activations = activationQuantizations(graph, groups, ranges, findings);
  const tensors = graph.tensors.map((tensor, id): Tensor => {
    const quantization = seen.ranges.has(id) ? activations.get(groups.of(id)) : undefined;
    return quantization ? { ...tensor, dtype: 'i8', quantization } : tensor;
  });
  const perTensor = (id: TensorId): Quantization => activations.get(groups.of(id)) as Quantization;
  const plain = quantizeConstants(graph, tensors, perTensor, findings);
  verify(plain);
  const quantized = sample.correct(plain);
  return {
    graph: quantized,
    method: options.method ?? defaultMethod,
    images: seen.images,
    ranges: seen.ranges,
    findings,
  };
}

/** What the correction of biases needs of the first images: their inputs, and the means of every output that has a bias. */
function sampleOf(graph: Graph, { evaluateQuantized, correctionImages = 32, onLayer }: QuantizeOptions) {
  const means = new Map<TensorId, ChannelSums>();
  const inputs: Float32Array[][] = [];
  if (!evaluateQuantized) return { watch: (run: Run<Float32Array>) => run, correct: (quantized: Graph) => quantized };
  for (const node of graph.nodes) {
    const y = node.outputs[0] as TensorId;
    const channels = graph.tensors[y]?.shape[3] as number;
    if (biasInput(graph, node) >= 0) means.set(y, { sums: new Float64Array(channels), count: 0 });
  }
  const watch =
    (run: Run<Float32Array>): Run<Float32Array> =>
    (values, observe) => {
      if (inputs.length === correctionImages) return run(values, observe);
      inputs.push(values.map((one) => one.slice()));
      return run(values, (id, made) => {
        const mean = means.get(id);
        if (mean) addTo(mean, made);
        observe?.(id, made);
      });
    };
  return { watch, correct: (quantized: Graph) => correctBias(quantized, means, inputs, evaluateQuantized, onLayer) };
}

/** What the method makes of a histogram; undefined where it takes ranges as they are. */
function clipOf({
  method = defaultMethod,
  percentile = 99.99,
}: QuantizeOptions): ((histogram: Histogram) => Range) | undefined {
  if (method === 'percentile') {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new LiteBlockError('usage', `quantize: a percentile of ${percentile} (above 0, at most 100)`);
    }
    return (histogram) => percentileRange(histogram, percentile);
  }
  return method === 'mse' ? leastErrorRange : undefined;
}

/** Throws where a node has no int8 form, a tensor is no float32 one, or a constant is no finite number. */
function refuseUnfit(graph: Graph): void {
  for (const node of graph.nodes) {
    const { inputs, outputs } = operandsOf(graph, node);
    for (const { rule, tensor } of [...inputs, ...outputs]) {
      const name = shortName(tensor.name);
      if (tensor.dtype !== 'f32') {
        throw nodeError('unsupported', node, `its ${rule.name} "${name}" is ${tensor.dtype} (f32)`);
      }
      if (!rule.dtypes.includes('i8') && !rule.dtypes.includes('i32')) {
        throw nodeError('unsupported', node, `its ${rule.name} has no int8 form (${rule.dtypes.join(', ')})`);
      }
      refuseNotFinite(node, rule.name, tensor);
    }
  }
}

function refuseNotFinite(node: Node, role: string, { name, data }: Tensor): void {
  const at = data instanceof Float32Array ? data.findIndex((value) => !Number.isFinite(value)) : -1;
  if (at < 0) return;
  const what = `its ${role} "${shortName(name)}" has the value ${data?.[at]} at index ${at} (finite numbers)`;
  throw nodeError('graph-invalid', node, what);
}

/** The range of every group: of all its activations, and of constants that share it. */
function groupRanges(graph: Graph, groups: Groups, seen: ReadonlyMap<TensorId, Range>): Map<TensorId, Range> {
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
  return values.reduce<Range>((range, value) => union(range, { min: value, max: value }), {
    min: Infinity,
    max: -Infinity,
  });
}

/** The quantisation of every group. Throws where a fixed one does not hold what was observed. */
function activationQuantizations(
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
    if (graph.tensors[root]?.data || groups.fixed.has(root)) continue;
    const place = { node: producers.get(root) ?? -1, tensor: root };
    const width = Math.max(range.max, 0) - Math.min(range.min, 0);
    const scale = made.get(root)?.scale[0] as number;
    if (width === 0) findings.push({ kind: 'always-zero', ...place });
    else if (scale > width / 254) findings.push({ kind: 'narrow-range', ...place, ratio: scale / (width / 255) });
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
    const product = inputs.map(({ rule }) => productOf(rule)).find((names) => names !== undefined);
    const [x, weights] = (product ?? []).map((name) => inputs.find(({ rule }) => rule.name === name));
    const y = groups.of(outputs[0]?.id ?? -1);
    const [from, to] = [made.get(groups.of(x?.id ?? -1)), made.get(y)];
    if (!from || !to || !(weights?.tensor.data instanceof Float32Array) || groups.fixed.has(y)) continue;
    const most = weights.tensor.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
    const least = Math.fround(((from.scale[0] as number) * most) / 127 / 2 ** 29);
    if ((to.scale[0] as number) < least) made.set(y, { ...to, scale: [least] });
  }
}

/** A fixed scale that is shared with tensors of another range: a step beyond its ends (1 beside 255/256) is let pass. */
function refuseBeyond(graph: Graph, groups: Groups, root: TensorId, range: Range, fixed: Quantization): void {
  const [scale, zeroPoint] = [fixed.scale[0] as number, fixed.zeroPoint[0] as number];
  const held = heldBy(scale, zeroPoint);
  if (range.min >= held.min - scale && range.max <= held.max + scale) return;
  const node = graph.nodes.find(({ op, outputs }) => {
    const rule = op.operands.outputs[0];
    return rule?.fixed === undefined && outputs.some((id) => groups.of(id) === root);
  });
  const what =
    `its tensors share the scale ${scale} of [${held.min}, ${held.max}] with a function whose range is known, ` +
    `but hold values from ${range.min} to ${range.max}: they cannot be joined without a loss`;
  throw node
    ? nodeError('unsupported', node, what)
    : new LiteBlockError('unsupported', `quantize: tensor ${root}: ${what}`);
}
