import { checkKind, checkLike, kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import { type Like, problemOf } from '../format/like.ts';
import type { Preprocessing } from '../format/model-file.ts';
import { areDetectionLabels, detectionFault, type Postprocess } from '../format/postprocess.ts';
import { isPreprocessing } from '../format/preprocessing.ts';
import { classesOf, type Graph } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import { elements, type TensorId } from '../graph/tensor.ts';
import type { Notes } from '../pack/pack.ts';

/** Throws usage where labels are not as many as the first output's classes, or preprocessing does not fit the first input. */
export function checkNotes(graph: Graph, { labels = [], preprocessing }: Notes): void {
  checkKind('compile: labels', labels, 'Array');
  labels.forEach((label, i) => {
    checkKind(`compile: label ${i}`, label, 'String');
  });
  if (preprocessing !== undefined) {
    checkLike('compile: preprocessing', preprocessing, { mean: [Number.NaN], std: [Number.NaN] });
  }
  const channels = (id: TensorId | undefined) => graph.tensors[id as number].shape.at(-1) as number;
  const name = (id: TensorId | undefined) => `"${shortName(graph.tensors[id as number].name)}"`;
  const usage = (what: string) => new LiteBlockError('usage', `${graph.name}: ${what}`);
  const [input, output] = [graph.inputs[0], graph.outputs[0]];
  if (graph.postprocess && labels.length > 0) checkDetectionLabels(labels, graph.postprocess, usage);
  const classes = graph.postprocess ? labels.length : classesOf(graph, output);
  if (labels.length > 0 && labels.length !== classes) {
    const what = classes === channels(output) ? 'channels' : 'classes';
    throw usage(`${labels.length} labels, but the output ${name(output)} has ${classes} ${what}`);
  }
  const bad = labels.findIndex((label) => label === '' || label.includes('\0'));
  if (bad >= 0) throw usage(`label ${bad} is ${labels[bad] === '' ? 'empty' : 'a name with a zero byte'}`);
  if (preprocessing && !isPreprocessing(preprocessing, channels(input))) {
    const { mean, std } = preprocessing as Preprocessing;
    const one = channels(input) === 1 ? 'one number each' : `one number each or ${channels(input)}`;
    const wanted = `${one} for the input ${name(input)}, std not 0`;
    throw usage(`mean ${mean.join(',')} and std ${std.join(',')}: ${wanted}`);
  }
}

/** Names of a detection head's classes; that of the background may stand before them. */
function checkDetectionLabels(
  labels: readonly string[],
  { classes }: Postprocess,
  usage: (what: string) => Error,
): void {
  if (areDetectionLabels(labels.length, classes)) return;
  const wanted = `${classes} classes (or ${classes + 1} labels, the background first)`;
  throw usage(`${labels.length} labels, but its detection head has ${wanted}`);
}

const outputLike: Like = 0;
const word = 1;
const real = Number.NaN;
const detectionLike: Like = {
  kind: (kind) => (kind === 'detection' ? undefined : 'is not "detection"'),
  boxes: outputLike,
  scores: outputLike,
  ...{ maxDetections: word, maxClassesPerDetection: word, detectionsPerClass: word, classes: word },
  regular: (value) => (typeof value === 'boolean' ? undefined : 'is not a boolean'),
  ...{ scoreThreshold: real, iouThreshold: real },
  scales: (value) => (problemOf(value, [real]) === '' && Object(value).length === 4 ? undefined : 'is not 4 numbers'),
  anchors: (value) => (kindOf(value) === 'Float32Array' ? undefined : 'is not a Float32Array'),
};

/** Throws graph-invalid where what hosts are to compute from a graph's outputs does not fit them. */
export function checkPostprocess({ name, postprocess, outputs, tensors }: Graph): void {
  if (postprocess === undefined) return;
  const what = `${name}: graph: postprocess`;
  checkLike(what, postprocess, detectionLike, 'graph-invalid');
  const sizes = outputs.map((id) => ({ dtype: 'i8', imageBytes: elements(tensors[id].shape) }) as const);
  const fault = detectionFault(postprocess, sizes);
  if (fault) throw new LiteBlockError('graph-invalid', `${what}: ${fault}`);
}
