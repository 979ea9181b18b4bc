import { checkFunction, checkKind, checkLike, checkMembers, checkOptions } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Like } from '../format/like.ts';
import type { Numbers } from '../format/values.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { FloatEvaluator, QuantizedEvaluator } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import { shortName } from '../graph/short-name.ts';
import { perTensor, type Tensor, type TensorId } from '../graph/tensor.ts';
import { verify } from '../graph/verify.ts';
import { checkImage, checkImages, type Images } from './calibrate.ts';
import { checkCount } from './check-count.ts';
import { findingFault } from './finding.ts';
import type { ActivationReport, LayerReport } from './layer-report.ts';
import type { Quantized } from './quantize.ts';
import { heldBy, quantizeValues } from './range.ts';
import { compare, decibels, type Signal } from './signal.ts';
import { type Warning, warningsOf } from './warnings.ts';
import { reportWeights } from './weights-report.ts';

/** What quantisation did to a network, layer by layer. */
export interface Report {
  /** How ranges were chosen. */
  readonly method: string;
  /** Images that the ranges come from, and images that were compared. */
  readonly calibrationImages: number;
  /** How many images were run in float and in int8. */
  readonly comparedImages: number;
  /** The inputs. */
  readonly inputs: readonly ActivationReport[];
  /** The layers, in the order of the graph. */
  readonly layers: readonly LayerReport[];
  /** The worst first. */
  readonly warnings: readonly Warning[];
}

/** Options of `report`. */
export interface ReportOptions {
  /** Float execution. */
  readonly evaluateFloat: FloatEvaluator;
  /** It is asked for every activation as an output. */
  readonly evaluateQuantized: QuantizedEvaluator;
  /** How many of the images are compared: 32 where it is not given. */
  readonly count?: number;
}

interface Comparison extends Signal {
  values: number;
  beyond: number;
}

/** What quantisation did to a graph, layer by layer, over the first images: plain data. Throws usage for a count below 1. */
export function report(graph: Graph, quantized: Quantized, images: Images, options: ReportOptions): Report {
  checkGraph('report', graph);
  checkQuantized(graph, quantized);
  checkImages('report: images', images);
  checkOptions('report', options, { evaluateFloat: '', evaluateQuantized: '', count: 'number' });
  const { evaluateFloat, evaluateQuantized, count = 32 } = options;
  checkFunction('report: evaluateFloat', evaluateFloat);
  checkFunction('report: evaluateQuantized', evaluateQuantized);
  checkCount('report', 'count', count);
  const made = quantized.graph.nodes.flatMap(({ outputs }) => outputs);
  const runFloat = evaluateFloat(graph);
  const runInt8 = evaluateQuantized({ ...quantized.graph, outputs: made });
  checkFunction('report: the result of evaluateFloat', runFloat);
  checkFunction('report: the result of evaluateQuantized', runInt8);
  const compared = new Map<TensorId, Comparison>();
  let comparedImages = 0;
  for (const inputs of images) {
    if (comparedImages === count) break;
    checkImage(`report: image ${comparedImages}`, inputs, graph.inputs.length);
    const q = new Map<TensorId, Numbers>();
    graph.inputs.forEach((id, i) => {
      const { scale, zeroPoint } = perTensor(quantized.graph.tensors[id]);
      q.set(id, quantizeValues(inputs[i], scale, zeroPoint));
    });
    runInt8(graph.inputs.map((id) => q.get(id) as Numbers)).forEach((values, i) => {
      q.set(made[i], values as Numbers); // int8, as the quantiser makes them
    });
    runFloat(inputs, (id, real) => {
      const values = q.get(id);
      if (values) add(compared, id, quantized.graph.tensors[id], real, values);
    });
    comparedImages++;
  }
  const activation = (id: TensorId) => reportActivation(id, quantized, compared.get(id));
  const layers = graph.nodes.map((node, n) => reportLayer(graph, quantized, node, n, activation));
  const inputs = graph.inputs.map(activation);
  const warnings = warningsOf(graph, quantized, inputs, layers);
  return { method: quantized.method, calibrationImages: quantized.images, comparedImages, inputs, layers, warnings };
}

/** Throws where `quantized` is not what `quantize` made of the graph. */
function checkQuantized(graph: Graph, quantized: Quantized): void {
  checkMembers('report: quantized', quantized, 'graph', 'ranges', 'findings', 'inputFindings');
  checkGraph('report: quantized', quantized.graph);
  try {
    verify(quantized.graph);
    for (const id of quantized.graph.inputs) perTensor(quantized.graph.tensors[id]);
  } catch (cause) {
    throw new LiteBlockError('graph-invalid', `report: quantized: ${(cause as Error).message}`, [], { cause });
  }
  const { ranges, findings, inputFindings } = quantized;
  const like: Like = { findings: [findingFault], inputFindings: [findingFault] };
  checkLike('report: quantized', { findings, inputFindings }, like);
  checkKind('report: quantized: ranges', ranges, 'Map');
  checkLike('report: quantized: ranges', [...ranges.values()], [{ min: Number.NaN, max: Number.NaN }]);
  const [nodes, tensors] = [quantized.graph.nodes.length, quantized.graph.tensors.length];
  if (nodes === graph.nodes.length && tensors >= graph.tensors.length) return;
  const what = `${nodes} nodes and ${tensors} tensors, where the float graph has ${graph.nodes.length} and ${graph.tensors.length}`;
  throw new LiteBlockError('graph-invalid', `report: quantized: ${what}: give what quantize made of this graph`);
}

function add(into: Map<TensorId, Comparison>, id: TensorId, tensor: Tensor, real: Float32Array, q: Numbers): void {
  const { scale, zeroPoint } = perTensor(tensor);
  const comparison = into.get(id) ?? { signal: 0, noise: 0, values: 0, beyond: 0 };
  into.set(id, comparison);
  compare(comparison, real, q, scale, zeroPoint);
  const held = heldBy(scale, zeroPoint);
  comparison.values += real.length;
  for (const value of real) if (value < held.min - scale || value > held.max + scale) comparison.beyond++;
}

function reportActivation(
  id: TensorId,
  { graph, ranges }: Quantized,
  compared: Comparison | undefined,
): ActivationReport {
  const tensor = graph.tensors[id];
  const { scale, zeroPoint } = perTensor(tensor);
  return {
    tensor: id,
    name: shortName(tensor.name),
    range: ranges.get(id) ?? { min: 0, max: 0 },
    scale,
    zeroPoint,
    held: heldBy(scale, zeroPoint),
    snrDb: compared ? decibels(compared) : Infinity,
    clipped: compared ? compared.beyond / compared.values : 0,
  };
}

function reportLayer(
  graph: Graph,
  quantized: Quantized,
  node: Node,
  n: number,
  activation: (id: TensorId) => ActivationReport,
): LayerReport {
  const at = node.op.operands.inputs.findIndex(({ per }) => per === 'channel');
  const real = graph.tensors[node.inputs[at]];
  const int8 = quantized.graph.tensors[quantized.graph.nodes[n].inputs[at]];
  const axis = node.op.operands.inputs[at]?.axis ?? 0;
  return {
    node: n,
    name: node.name,
    op: node.op.type,
    blocks: node.blocks ?? [],
    output: activation(node.outputs[0]),
    ...(real?.data && int8?.data && { weights: reportWeights(real, int8, axis) }),
  };
}
