import { checkKind, checkLike } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Preprocessing } from '../format/model-file.ts';
import { isPreprocessing } from '../format/preprocessing.ts';
import { classesOf, type Graph } from '../graph/graph.ts';
import { shortName } from '../graph/short-name.ts';
import type { TensorId } from '../graph/tensor.ts';
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
  const classes = classesOf(graph, output);
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
