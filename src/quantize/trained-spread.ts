import type { Activation } from '../graph/attributes.ts';
import type { FloatEvaluator } from '../graph/evaluator.ts';
import { type Graph, producersOf } from '../graph/graph.ts';
import type { Node } from '../graph/op.ts';
import type { TrainedOutput } from '../graph/rules.ts';
import type { TensorId } from '../graph/tensor.ts';
import { upTo } from './correct-bias.ts';
import type { InputFinding } from './finding.ts';
import { addMoments, deviationOf, type Moments, meanOf, noMoments } from './moments.ts';

/** Images that are looked at. */
const mostImages = 32;

/**
 * How far the outputs of the first normalised layer may be from those of training. Measured on ten networks, right images
 * against images with a wrong mean, a wrong std, or neither: of 4 images or more the right ones are spread 0.9 to 1.4 times
 * as widely and shifted by at most 0.4 deviations, wrong ones mostly 0.03 to 0.57 (pixels / 255 in place of pixels / 127.5 − 1) or 2 to 130 times, or shifted by 0.8 and
 * more. One or two right images come to 0.65 times and 1.3 deviations.
 */
const limitsOf = (images: number) =>
  images < 4 ? { least: 0.25, most: 4, shift: 2 } : { least: 0.65, most: 1.8, shift: 0.75 };

/**
 * Compares the images with those of training, whose mean and deviation the first batch normalisation of the network has
 * kept. Undefined where the network has none.
 */
export function trainedProbe(graph: Graph, evaluate: FloatEvaluator) {
  const node = graph.nodes.find(({ trained }) => trained);
  if (!node?.trained) return undefined;
  const { trained } = node;
  const run = evaluate(beforeActivation(graph, node));
  const moments = noMoments(trained.mean.length);
  let images = 0;
  const add = (inputs: readonly Float32Array[]): void => {
    if (images === mostImages) return;
    images++;
    addMoments(moments, run(inputs)[0]);
  };
  const findings = (): InputFinding[] => {
    const { ratio, shift } = against(trained, moments);
    const limits = limitsOf(images);
    if (ratio < limits.most && ratio > limits.least && shift < limits.shift) return [];
    return [{ kind: 'input-spread', tensor: inputBehind(graph, node), layer: node.name, ratio, shift }];
  };
  return { add, findings };
}

/** The part of the graph that makes the node's output, and that without its activation. */
function beforeActivation(graph: Graph, node: Node): Graph {
  const part = upTo(graph, node.outputs[0]);
  const attributes = { ...(node.attributes as { activation: Activation }), activation: 'none' };
  return { ...part, nodes: part.nodes.map((one) => (one === node ? { ...one, attributes } : one)) };
}

/** The input of the graph that the node computes from. */
function inputBehind(graph: Graph, node: Node): TensorId {
  const producers = producersOf(graph);
  let id = node.inputs[0];
  for (let n = producers.get(id); n !== undefined; n = producers.get(id)) id = graph.nodes[n].inputs[0];
  return id;
}

/**
 * The geometric mean over channels of how many times as widely the outputs are spread as in training, and the root mean square
 * of how far their means are from those of training, in deviations. Channels without a deviation in training say nothing.
 */
function against(
  { mean, deviation }: TrainedOutput,
  moments: Moments,
): { readonly ratio: number; readonly shift: number } {
  const live = Array.from(deviation.keys()).filter((c) => deviation[c] > 0);
  if (live.length === 0) return { ratio: 1, shift: 0 };
  let [logs, squares] = [0, 0];
  for (const c of live) {
    const trained = deviation[c];
    logs += Math.log(Math.max(deviationOf(moments, c) / trained, 2 ** -24));
    squares += ((meanOf(moments, c) - mean[c]) / trained) ** 2;
  }
  return { ratio: Math.exp(logs / live.length), shift: Math.sqrt(squares / live.length) };
}
