import { isPreprocessing } from '../../format/preprocessing.ts';
import { classesOf, type FileNotes, type Graph, nhwc } from '../../graph/graph.ts';
import { shortName } from '../../graph/short-name.ts';
import { readMetadata } from './metadata.ts';

/** What the metadata of a `.tflite` says of a graph. What does not fit the graph is left out, and told. */
export function notesOf(graph: Graph, bytes: Uint8Array, source: string, onNote?: (text: string) => void): FileNotes {
  const { labels, preprocessing } = readMetadata(bytes, source);
  const [input, output] = [graph.inputs[0], graph.outputs[0]];
  const isOne = output !== undefined && classesOf(graph, output) === labels?.names.length;
  const hasLabels = labels && isOne && labels.names.every((name) => name !== '' && !name.includes('\0'));
  if (labels && !hasLabels) {
    const classes = `${classesOf(graph, output)} classes of the output "${shortName(graph.tensors[output].name)}"`;
    onNote?.(
      `${source}: ${labels.file} in its metadata, ${labels.names.length} labels, does not fit the ${classes}: it is left out`,
    );
  }
  const fits = preprocessing && isPreprocessing(preprocessing, nhwc(graph.tensors[input])[3]);
  if (preprocessing && !fits)
    onNote?.(`${source}: mean and std in its metadata do not fit its input: they are left out`);
  return {
    ...(hasLabels && { labels: labels.names, labelsFile: labels.file }),
    ...(fits && { preprocessing }),
  };
}
