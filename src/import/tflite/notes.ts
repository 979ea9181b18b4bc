import type { Preprocessing } from '../../format/model-file.ts';
import { areDetectionLabels } from '../../format/postprocess.ts';
import { isPreprocessing } from '../../format/preprocessing.ts';
import { classesOf, type FileNotes, type Graph, nhwc } from '../../graph/graph.ts';
import { shortName } from '../../graph/short-name.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { readMetadata } from './metadata.ts';

/** What the metadata of a `.tflite` says of a graph. What does not fit the graph is left out, and told. */
export function notesOf(graph: Graph, bytes: Uint8Array, source: string, onNote?: (text: string) => void): FileNotes {
  const { postprocess } = graph;
  const { labels, preprocessing } = readMetadata(bytes, source, postprocess !== undefined);
  const [input, output] = [graph.inputs[0], graph.outputs[0]];
  const isOne = postprocess
    ? areDetectionLabels(labels?.names.length ?? 0, postprocess.classes)
    : output !== undefined && classesOf(graph, output) === labels?.names.length;
  const hasLabels = labels && isOne && labels.names.every((name) => name !== '' && !name.includes('\0'));
  if (labels && !hasLabels) {
    const classes = postprocess
      ? `${postprocess.classes} classes of the detection head`
      : `${classesOf(graph, output)} classes of the output "${shortName(graph.tensors[output].name)}"`;
    onNote?.(
      `${source}: ${labels.file} in its metadata, ${labels.names.length} labels, does not fit the ${classes}: it is ignored`,
    );
  }
  const fits = preprocessing && isPreprocessing(preprocessing, nhwc(graph.tensors[input])[3]);
  if (preprocessing && !fits)
    onNote?.(`${source}: mean and std in its metadata do not fit its input: they are ignored`);
  return {
    ...(hasLabels && { labels: labels.names, labelsFile: labels.file }),
    ...(fits && { preprocessing: exactWhereNear(preprocessing, graph.tensors[input]) }),
  };
}

/**
 * Converters choose the scale and zero point of an input for the mean and std of the training, and runtimes give such a model
 * its pixels as they are. Where both give the same values within a step, this is what is stored, so that each byte is a pixel.
 */
function exactWhereNear(preprocessing: Preprocessing, { dtype, quantization }: Tensor): Preprocessing {
  if (!quantization || (dtype !== 'i8' && dtype !== 'u8')) return preprocessing;
  const [scale] = quantization.scale;
  const zeroPoint = quantization.zeroPoint[0] + (dtype === 'i8' ? 128 : 0);
  const { mean, std } = preprocessing;
  const isNear = mean.every((each, c) =>
    [0, 255].every((pixel) => Math.abs((pixel - each) / std[c % std.length] - scale * (pixel - zeroPoint)) <= scale),
  );
  return isNear ? { mean: [zeroPoint], std: [1 / scale] } : preprocessing;
}
