import { checkFunction, checkOptions, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { isPreprocessing } from '../format/preprocessing.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { FloatEvaluator } from '../graph/evaluator.ts';
import { type Graph, variablesOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { shortName } from '../graph/short-name.ts';
import { perTensor as perTensorOf, type Quantization, type Tensor, type TensorId } from '../graph/tensor.ts';
import { verify } from '../graph/verify.ts';
import { activationQuantizations, groupRanges } from './activations.ts';
import { checkImages, type Images, observedRanges } from './calibrate.ts';
import { leastErrorRange, percentileRange } from './clip.ts';
import { quantizeConstants } from './constants.ts';
import type { Finding, InputFinding } from './finding.ts';
import { type Histogram, histogramsOf } from './histogram.ts';
import { type ImageOptions, watchInputs } from './inputs.ts';
import { nodeError, operandsOf } from './operands.ts';
import { quantizeValues, type Range } from './range.ts';
import { type CorrectionOptions, sampleOf } from './sample.ts';
import { groupsOf } from './shared.ts';

/** How ranges of activations are chosen: docs/quantization.md tells what each gave on which network. */
export const methods = ['min-max', 'percentile', 'mse'] as const;
/** The name of a method. */
export type Method = (typeof methods)[number];

/** The one with the least noise in the logits of LiteNet on MNIST and CIFAR. */
export const defaultMethod: Method = 'mse';

/** Per cent of values that 'percentile' keeps where it is not said. */
export const defaultPercentile = 99.99;

/** Options of `quantize`. */
export interface QuantizeOptions extends CorrectionOptions, ImageOptions {
  /** 'mse' where it is not given. */
  readonly method?: Method;
  /** Per cent of values that the method 'percentile' keeps, 99.99 if not given; it cuts equal parts off both ends. */
  readonly percentile?: number;
  /** Float execution: the plain definitions of the ops, or an engine. */
  readonly evaluate: FloatEvaluator;
  /** Called after each image of each pass with the number of image runs so far; `passesOf` tells how many there will be. */
  readonly onImage?: (done: number) => void;
}

/** What `quantize` returns. */
export interface Quantized {
  /** int8. Activations and constants keep the ids that they have in the float graph. */
  readonly graph: Graph;
  /** How ranges were chosen. */
  readonly method: Method;
  /** How many images it was calibrated with. */
  readonly images: number;
  /** Least and greatest value of every activation over these images, before any clipping. */
  readonly ranges: ReadonlyMap<TensorId, Range>;
  /** What was odd about a layer. */
  readonly findings: readonly Finding[];
  /** What was odd about the images. */
  readonly inputFindings: readonly InputFinding[];
}

/** The type of each option; of '' they are looked at where they are used. */
const optionTypes = {
  method: '',
  percentile: 'number',
  evaluate: '',
  onImage: 'function',
  evaluateQuantized: 'function',
  correctionImages: 'number',
  onLayer: 'function',
  preprocessing: '',
  realImages: 'boolean',
};

/** How often `quantize` runs every image. */
export const passesOf = (method: Method = defaultMethod): number => (method === 'min-max' ? 1 : 2);

/**
 * A float32 graph as int8: ranges of activations are observed on `images`, and every tensor is quantised as the operand rules
 * of the ops that read and make it ask. Images are runs in a sequence for a graph with variables. Bit for bit the same in every JavaScript engine.
 */
export function quantize(graph: Graph, images: Images, options: QuantizeOptions): Quantized {
  checkGraph('quantize', graph);
  checkImages('quantize: images', images);
  checkOptions('quantize', options, optionTypes);
  checkFunction('quantize: evaluate', options.evaluate);
  const channels = graph.tensors[graph.inputs[0]].shape.at(-1) ?? 1;
  if (options.preprocessing !== undefined && !isPreprocessing(options.preprocessing, channels)) {
    const what = `mean and std must be lists of one number or ${channels}, and std must not be 0`;
    throw new LiteBlockError('usage', `quantize: preprocessing: ${what}`);
  }
  if (options.method !== undefined && !methods.includes(options.method)) {
    const given = typeof options.method === 'string' ? options.method : kindOf(options.method);
    throw new LiteBlockError('usage', `quantize: method ${given} (${methods.join(', ')})`);
  }
  refuseUnfit(graph);
  const groups = groupsOf(graph);
  const run = options.evaluate(graph);
  checkFunction('quantize: the result of evaluate', run);
  let done = 0;
  const onImage = () => options.onImage?.(++done);
  const sample = sampleOf(graph, options);
  const inputs = watchInputs(graph, options.evaluate, options);
  const seen = observedRanges(graph, inputs.watch(sample.watch(run)), images, onImage);
  const observed = groupRanges(graph, groups, seen.ranges);
  const clip = clipOf(options);
  const ranges = new Map(observed);
  if (clip) {
    // Variables begin with their first values in each pass.
    const again = graph.variables ? options.evaluate(graph) : run;
    const second = histogramsOf(graph, groups, observed, again, images, onImage);
    if (second.images !== seen.images) {
      const counts = `${seen.images} images in the first pass and ${second.images} in the second`;
      throw new LiteBlockError('usage', `quantize: ${counts}: give an array, or what can be iterated twice`);
    }
    for (const [root, histogram] of second.histograms) ranges.set(root, clip(histogram));
  }
  const findings: Finding[] = [];
  const activations = activationQuantizations(graph, groups, ranges, findings);
  const tensors = graph.tensors.map((tensor, id): Tensor => {
    const quantization = seen.ranges.has(id) ? activations.get(groups.of(id)) : undefined;
    return quantization ? { ...tensor, dtype: 'i8', quantization } : tensor;
  });
  const perTensor = (id: TensorId): Quantization => activations.get(groups.of(id)) as Quantization;
  const plain = withVariables(quantizeConstants(graph, tensors, perTensor, findings));
  verify(plain);
  const quantized = sample.correct(plain);
  return {
    graph: quantized,
    method: options.method ?? defaultMethod,
    images: seen.images,
    ranges: seen.ranges,
    findings,
    inputFindings: inputs.findings(),
  };
}

/** The first values of variables in the scales of these. */
function withVariables(graph: Graph): Graph {
  if (!graph.variables) return graph;
  const variables = variablesOf(graph).map((variable) => {
    const { scale, zeroPoint } = perTensorOf(graph.tensors[variable.value]);
    return { ...variable, initial: quantizeValues(variable.initial as Float32Array, scale, zeroPoint) };
  });
  return { ...graph, variables };
}

/** What the method makes of a histogram; undefined where it takes ranges as they are. */
function clipOf({
  method = defaultMethod,
  percentile = defaultPercentile,
}: QuantizeOptions): ((histogram: Histogram) => Range) | undefined {
  if (method === 'percentile') {
    if (!(percentile > 0 && percentile <= 100)) {
      throw new LiteBlockError('usage', `quantize: percentile ${percentile}: expected above 0 and at most 100`);
    }
    return (histogram) => percentileRange(histogram, percentile);
  }
  return method === 'mse' ? leastErrorRange : undefined;
}

/** Throws where a node has no int8 form, a tensor is not float32, or a constant is not a finite number. */
function refuseUnfit(graph: Graph): void {
  for (const node of graph.nodes) {
    const { inputs, outputs } = operandsOf(graph, node);
    for (const { rule, tensor } of [...inputs, ...outputs]) {
      const name = shortName(tensor.name);
      if (tensor.dtype !== 'f32') {
        throw nodeError('unsupported', node, `its ${rule.name} "${name}" is ${tensor.dtype}; expected f32`);
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
  const what = `its ${role} "${shortName(name)}" has the value ${data?.[at]} at index ${at}; expected finite numbers`;
  throw nodeError('graph-invalid', node, what);
}
