import { checkKind, checkLike } from './arguments.ts';
import { LiteBlockError } from './errors.ts';
import type { InterfaceEntry } from './model-file.ts';
import { valuesPerImage } from './values.ts';

/**
 * What a host computes from the outputs of a run: boxes of objects (docs/format.md, section postprocess). The engine passes it
 * over.
 */

/** Boxes as TFLite's custom operator TFLite_Detection_PostProcess finds them. */
export interface Detection {
  /** What is computed. */
  readonly kind: 'detection';
  /** The output that has four numbers or more for each anchor: y, x, h, w of a box, relative to the anchor. */
  readonly boxes: number;
  /** The output that has a score for each class of each anchor, or also one for the background before them. */
  readonly scores: number;
  /** How many boxes are given at most. */
  readonly maxDetections: number;
  /** How many classes each box is given with, by fast suppression. */
  readonly maxClassesPerDetection: number;
  /** How many boxes of each class are kept at most, by regular suppression. */
  readonly detectionsPerClass: number;
  /** Each class suppresses its own boxes. Else the best class of each anchor decides. */
  readonly regular: boolean;
  /** How many classes there are, without the background. */
  readonly classes: number;
  /** The least score of a box. */
  readonly scoreThreshold: number;
  /** A box is left out where it shares more than this with a better one: intersection over union. */
  readonly iouThreshold: number;
  /** What y, x, h and w are divided by. */
  readonly scales: readonly [y: number, x: number, h: number, w: number];
  /** y, x, h and w of each anchor, as parts of the image. */
  readonly anchors: Float32Array;
}

/** What a host computes from the outputs. */
export type Postprocess = Detection;

/** Words before the anchors. */
export const postprocessFields = [
  'kind', // 0 detection
  'boxes',
  'scores',
  'maxDetections',
  'maxClassesPerDetection',
  'detectionsPerClass',
  'regular', // 0 or 1
  'classes',
  'scoreThreshold', // float32 bits, and those that follow
  'iouThreshold',
  'yScale',
  'xScale',
  'hScale',
  'wScale',
  'reserved0',
  'reserved1',
] as const;

const headBytes = postprocessFields.length * 4;

/** The section as bytes. */
export function postprocessBytes(detection: Detection): Uint8Array {
  const { anchors, scales } = detection;
  const bytes = new Uint8Array(headBytes + 4 * anchors.length);
  const view = new DataView(bytes.buffer);
  const words = [
    ...[0, detection.boxes, detection.scores, detection.maxDetections, detection.maxClassesPerDetection],
    ...[detection.detectionsPerClass, detection.regular ? 1 : 0, detection.classes],
  ];
  words.forEach((word, i) => {
    view.setUint32(4 * i, word, true);
  });
  const reals = [detection.scoreThreshold, detection.iouThreshold, ...scales];
  reals.forEach((real, i) => {
    view.setFloat32(4 * (words.length + i), real, true);
  });
  anchors.forEach((real, i) => {
    view.setFloat32(headBytes + 4 * i, real, true);
  });
  return bytes;
}

type Output = Pick<InterfaceEntry, 'dtype' | 'imageBytes'>;

/**
 * The section of a model with these outputs. Throws file-invalid for what contradicts itself or them, and unsupported for a kind
 * that this build does not know.
 */
export function readPostprocess(section: Uint8Array, outputs: readonly Output[], source: string): Postprocess {
  checkKind('readPostprocess: section', section, 'Uint8Array');
  checkKind('readPostprocess: source', source, 'String');
  checkLike('readPostprocess: outputs', outputs, [{ dtype: '', imageBytes: 1 }]);
  const invalid = (what: string) =>
    new LiteBlockError('file-invalid', `${source}: its postprocess section: ${what} (compile the model again)`);
  if (section.length < headBytes || section.length % 16 !== 0) {
    throw invalid(`${section.length} bytes; expected ${headBytes} and 16 for each anchor`);
  }
  const view = new DataView(section.buffer, section.byteOffset, section.length);
  const kind = view.getUint32(0, true);
  if (kind !== 0) {
    const what = `its outputs are to be processed by kind ${kind}, which this build does not know`;
    throw new LiteBlockError('unsupported', `${source}: ${what}: a newer LiteBlock made it`);
  }
  const word = (name: (typeof postprocessFields)[number]): number =>
    view.getUint32(4 * postprocessFields.indexOf(name), true);
  const real = (name: (typeof postprocessFields)[number]): number =>
    view.getFloat32(4 * postprocessFields.indexOf(name), true);
  const anchors = Float32Array.from({ length: (section.length - headBytes) / 4 }, (_, i) =>
    view.getFloat32(headBytes + 4 * i, true),
  );
  if (word('regular') > 1) throw invalid(`regular is ${word('regular')} (0 or 1)`);
  const detection: Detection = {
    kind: 'detection',
    ...{ boxes: word('boxes'), scores: word('scores'), maxDetections: word('maxDetections') },
    ...{ maxClassesPerDetection: word('maxClassesPerDetection'), detectionsPerClass: word('detectionsPerClass') },
    ...{ regular: word('regular') === 1, classes: word('classes') },
    ...{ scoreThreshold: real('scoreThreshold'), iouThreshold: real('iouThreshold') },
    scales: [real('yScale'), real('xScale'), real('hScale'), real('wScale')],
    anchors,
  };
  const fault = detectionFault(detection, outputs);
  if (fault) throw invalid(fault);
  return detection;
}

/** Boxes that may be given, anchors and classes: far more than any model has. */
const most = 65_535;
/** Comparisons that a choice of boxes may take: a second or two. */
const mostComparisons = 2 ** 31;

/** What is wrong with a detection for a model with these outputs; undefined where nothing is. */
export function detectionFault(detection: Detection, outputs: readonly Output[]): string | undefined {
  const { maxDetections, maxClassesPerDetection, detectionsPerClass, classes, regular } = detection;
  const counts = { maxDetections, maxClassesPerDetection, detectionsPerClass, classes };
  for (const [name, value] of Object.entries(counts)) {
    if (!(Number.isInteger(value) && value >= 1 && value <= most)) return `${name} is ${value} (1 to ${most})`;
  }
  if (maxDetections * maxClassesPerDetection > most) {
    return `${maxDetections} detections of ${maxClassesPerDetection} classes (together ${most})`;
  }
  const { scoreThreshold, iouThreshold, scales, anchors } = detection;
  if (!Number.isFinite(scoreThreshold)) return `the threshold of scores is ${scoreThreshold} (a finite number)`;
  if (!(iouThreshold > 0 && iouThreshold <= 1)) return `the threshold of overlaps is ${iouThreshold} (above 0, to 1)`;
  const scale = scales.find((each) => !Number.isFinite(each) || each === 0);
  if (scale !== undefined) return `a scale is ${scale} (a finite number but 0)`;
  const count = anchors.length / 4;
  if (!(Number.isInteger(count) && count >= 1 && count <= most)) return `${count} anchors (1 to ${most})`;
  const stray = anchors.findIndex((each, i) => !Number.isFinite(each) || (i % 4 > 1 && each < 0));
  if (stray >= 0) return `anchor ${Math.floor(stray / 4)} has ${anchors[stray]} (finite numbers, sizes from 0)`;
  const kept = Math.min(count, regular ? detectionsPerClass : maxDetections);
  if (count * kept * (regular ? classes : 1) > mostComparisons) {
    return `${count} anchors and ${classes} classes take too long to choose from`;
  }
  return outputsFault(detection, outputs);
}

/** Whether so many labels name the classes of a detection: one each, or also one for the background, which is first. */
export const areDetectionLabels = (labels: number, classes: number): boolean =>
  labels === classes || labels === classes + 1;

/** How many numbers an output has for each anchor; NaN where there is no such output. */
function perAnchor({ anchors }: Detection, output: Output | undefined): number {
  const { dtype } = output ?? {};
  if (!output || (dtype !== 'i8' && dtype !== 'u8' && dtype !== 'f32')) return Number.NaN;
  return valuesPerImage(output) / (anchors.length / 4);
}

function outputsFault(detection: Detection, outputs: readonly Output[]): string | undefined {
  const { boxes, scores, classes } = detection;
  const size = perAnchor(detection, outputs[boxes]);
  if (!(Number.isInteger(size) && size >= 4)) return `output ${boxes} has ${size} numbers an anchor (4 or more)`;
  const given = perAnchor(detection, outputs[scores]);
  if (given !== classes && given !== classes + 1) {
    return `output ${scores} has ${given} scores an anchor (${classes}, or ${classes + 1} with the background)`;
  }
  return undefined;
}
