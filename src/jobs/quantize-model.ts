import { type Compiled, compile } from '../compiler/compile.ts';
import { checkNotes } from '../compiler/notes.ts';
import { checkFunction, checkKind, checkMembers, checkOptions } from '../format/arguments.ts';
import { checkGraph } from '../graph/check-graph.ts';
import type { Graph } from '../graph/graph.ts';
import type { ImageValues } from '../import/npy/images.ts';
import type { Notes } from '../pack/pack.ts';
import type { Images } from '../quantize/calibrate.ts';
import { checkCount } from '../quantize/check-count.ts';
import { type Method, passesOf, type Quantized, quantize } from '../quantize/quantize.ts';
import { type Report, report } from '../quantize/report.ts';
import { type Agreement, agreementOf } from './agreement.ts';
import type { Evaluators } from './evaluators.ts';
import { arePixels, asTheyAre, type ImageSource, realValues } from './image-values.ts';
import type { Progress } from './progress.ts';

/** Options of `quantizeModel`, which are those of `liteblock quantize`. */
export interface QuantizeModelOptions extends Notes {
  /** How ranges are chosen; 'mse' where it is not given. */
  readonly method?: Method;
  /** Per cent of values that the method 'percentile' keeps. */
  readonly percentile?: number;
  /** Only the first so many images are used. Absent: all. */
  readonly images?: number;
  /** As in `compile`: bytes of RAM that the model is planned to fit in. Absent: 1 GiB. */
  readonly ramBytes?: number;
  /** As in `compile`: `ram` streams layers by rows for the smallest arena. Absent: `speed`. */
  readonly optimize?: 'speed' | 'ram';
  /** Told how far it is. */
  readonly onProgress?: Progress;
  /** Called if the images are pixels without mean and std, which are used as float values from 0 to 255. */
  readonly onUnsaidPixels?: () => void;
}

/** A float model that was quantised and compiled, and what that did to it. */
export interface QuantizedModel {
  /** The file with its known answer. */
  readonly compiled: Compiled;
  /** Every layer: range, scale, signal-to-noise ratio in dB, warnings. */
  readonly report: Report;
  /** How often int8 and float name the same best class. */
  readonly agreement: Agreement;
}

/**
 * A float model as an int8 `.lbm` with its known answer: calibrated on images, compiled, compared with float. The same graph,
 * images and options give the same bytes, on the command line and in a page. `given` is one array an image, NHWC: pixels
 * (Uint8Array), or real values (Float32Array); or a source that reads them when they are asked for. Throws what `quantize` and `compile` throw, and
 * input for images that are quantised already.
 */
export function quantizeModel(
  graph: Graph,
  given: ImageSource | readonly ImageValues[],
  evaluators: Evaluators,
  chosen: QuantizeModelOptions = {},
): QuantizedModel {
  const { options, quantized, real, count, notes } = calibrate(graph, given, evaluators, chosen);
  const compiled = compile(quantized.graph, { ...notes, ...planOf(options), evaluate: evaluators.evaluateQuantized });
  const agreement = agreementOf(graph, quantized.graph, real, evaluators, notes.labels?.length ?? 0, (done) =>
    options.onProgress?.(done, count, 'comparing'),
  );
  const { evaluate: evaluateFloat, evaluateQuantized } = evaluators;
  return { compiled, agreement, report: report(graph, quantized, real, { evaluateFloat, evaluateQuantized }) };
}

/** A float model that was calibrated, with what it was calibrated on. */
export interface Calibrated {
  readonly quantized: Quantized;
  /** The images as the network takes them, and how many there are. */
  readonly real: Images;
  readonly count: number;
  /** What the file is to say of labels and pixels. */
  readonly notes: Notes;
  readonly options: QuantizeModelOptions;
}

/** The first half of `quantizeModel`: everything is checked, and the model is quantised. */
export function calibrate(
  graph: Graph,
  given: ImageSource | readonly ImageValues[],
  evaluators: Evaluators,
  chosen: QuantizeModelOptions,
): Calibrated {
  checkGraph('quantizeModel', graph);
  const images = sourceOf(given);
  checkSource(images);
  checkMembers('quantizeModel: evaluators', evaluators, 'evaluate', 'evaluateQuantized');
  checkFunction('quantizeModel: evaluators: evaluate', evaluators.evaluate);
  checkFunction('quantizeModel: evaluators: evaluateQuantized', evaluators.evaluateQuantized);
  checkOptions('quantizeModel', chosen, optionTypes);
  checkCount('quantizeModel', 'images', chosen.images);
  const options = { ...notesOf(graph), ...chosen };
  const { labels } = options;
  const count = Math.min(options.images ?? images.count, images.count);
  const preprocessing = meaningOf(images, options);
  const notes = { ...(labels && { labels }), ...(preprocessing && { preprocessing }) };
  checkNotes(graph, notes);
  const real: Images = {
    *[Symbol.iterator]() {
      for (let i = 0; i < count; i++) {
        const values = realValues(images.at(i), preprocessing ?? asTheyAre, images.file(i));
        yield [images.ordered?.(i, values) ?? values];
      }
    },
  };
  const quantized = calibrated(graph, real, count, evaluators, {
    ...options,
    ...notes,
    realImages: images.at(0) instanceof Float32Array,
  });
  return { quantized, real, count, notes, options };
}

/** What the model's file says of labels and pixels. */
const notesOf = ({ notes: { labels, preprocessing } = {} }: Graph): Notes => ({
  ...(labels && { labels }),
  ...(preprocessing && { preprocessing }),
});

/** The type of each option; of '' they are looked at where they are used. */
/** How the int8 model is planned. */
export const planOf = ({ ramBytes, optimize }: QuantizeModelOptions) => ({
  ...(ramBytes !== undefined && { ramBytes }),
  ...(optimize && { optimize }),
});

const optionTypes = {
  method: '',
  percentile: 'number',
  images: 'number',
  ramBytes: 'number',
  optimize: 'string',
  onProgress: 'function',
  onUnsaidPixels: 'function',
  labels: '',
  preprocessing: '',
};

function checkSource(images: ImageSource): void {
  checkMembers('quantizeModel: images', images, 'count', 'at', 'file');
  checkKind('quantizeModel: images: count', images.count, 'Number');
  checkFunction('quantizeModel: images: at', images.at);
  checkFunction('quantizeModel: images: file', images.file);
}

const sourceOf = (images: ImageSource | readonly ImageValues[]): ImageSource =>
  isList(images) ? { count: images.length, at: (i) => images[i], file: (i) => `image ${i}` } : images;

const isList = (images: ImageSource | readonly ImageValues[]): images is readonly ImageValues[] =>
  Array.isArray(images);

/** What is stored: for pixels always what they mean, so that those of a run mean what those of the calibration did. */
function meaningOf(images: ImageSource, { preprocessing, onUnsaidPixels }: QuantizeModelOptions) {
  if (preprocessing || !arePixels(images)) return preprocessing;
  onUnsaidPixels?.();
  return asTheyAre;
}

function calibrated(
  graph: Graph,
  images: Images,
  count: number,
  evaluators: Evaluators,
  { method, percentile, preprocessing, realImages, onProgress }: QuantizeModelOptions & { realImages: boolean },
): Quantized {
  return quantize(graph, images, {
    ...evaluators,
    preprocessing,
    realImages,
    ...(method && { method }),
    ...(percentile !== undefined && { percentile }),
    onImage: (done) => onProgress?.(done, passesOf(method) * count, 'calibrating'),
    onLayer: (done, layers) => onProgress?.(done, layers, 'correcting biases'),
  });
}

/** Bytes of a graph's constants: of a float graph its parameters, four each. */
export const constantBytes = ({ tensors }: Graph): number =>
  tensors.reduce((sum, { data }) => sum + (data?.byteLength ?? 0), 0);
