import { exp } from '../arithmetic/real-functions.ts';
import { checkKind, checkLike, checkMembers } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Like } from '../format/like.ts';
import type { InterfaceEntry } from '../format/model-file.ts';
import { type Detection, readPostprocess } from '../format/postprocess.ts';
import { type Values, valuesPerImage } from '../format/values.ts';
import { type Found, suppress } from './suppression.ts';

/** What is read of a model, of whatever kind: `Model`, `WorkerModel`. */
export interface DetectionModel {
  /** The name of the model. */
  readonly name: string;
  /** The outputs, in the order in which `run` returns them. */
  readonly outputs: readonly Omit<InterfaceEntry, 'operand'>[];
  /** Names of the classes, where the file has them: one for each class, or also one for the background, which is first. */
  readonly labels: readonly string[];
  /** The section of the file that says how boxes are found; absent: there are none. */
  readonly postprocess: Uint8Array | undefined;
}

/** A box in parts of the image: 0 is its top or left edge, 1 its bottom or right edge. A box may reach beyond the image. */
export interface Box {
  /** The upper edge. */
  readonly top: number;
  /** The left edge. */
  readonly left: number;
  /** The lower edge. */
  readonly bottom: number;
  /** The right edge. */
  readonly right: number;
}

/** An object that was found in an image. */
export interface DetectedObject {
  /** The index of the class. */
  readonly index: number;
  /** The name of the class; absent where the model has no labels. */
  readonly label: string | undefined;
  /** How sure the model is of it. */
  readonly score: number;
  /** Where it is. */
  readonly box: Box;
}

/** The four outputs of TFLite's operator TFLite_Detection_PostProcess, filled up with zeros. */
export interface DetectionTensors {
  /** Top, left, bottom and right of each box: n · 4 values. */
  readonly boxes: Float32Array;
  /** The class of each: n values. */
  readonly classes: Float32Array;
  /** The score of each: n values. */
  readonly scores: Float32Array;
  /** How many of them are boxes. With several classes a box, each box has that many places. */
  readonly count: number;
}

const f32 = Math.fround;

/** Checks arguments, and reads the section. */
function detectionOf(what: string, model: DetectionModel, outputs: readonly Values[]): Detection {
  checkMembers(`${what}: model`, model, 'name', 'outputs', 'labels', 'postprocess');
  const { name, outputs: entries, labels, postprocess } = model;
  const like: Like = {
    name: '',
    outputs: [{ dtype: '', scale: Number.NaN, zeroPoint: Number.NaN, imageBytes: 1 }],
    labels: [''],
  };
  checkLike(`${what}: model`, { name, outputs: entries, labels }, like);
  if (postprocess === undefined) {
    const how = 'bestClasses names what its outputs say';
    throw new LiteBlockError('input', `${what}: ${name} has no detection head, so it finds no boxes (${how})`);
  }
  checkKind(`${what}: model: postprocess`, postprocess, 'Uint8Array');
  checkKind(`${what}: outputs`, outputs, 'Array');
  const detection = readPostprocess(postprocess, entries, name);
  for (const i of [detection.boxes, detection.scores]) {
    checkKind(`${what}: output ${i}`, outputs[i], 'Int8Array', 'Uint8Array', 'Float32Array');
    const wanted = valuesPerImage(entries[i]);
    if (outputs[i].length !== wanted) {
      const given = `expected ${wanted} values, those of one image, got ${outputs[i].length}`;
      throw new LiteBlockError('input', `${what}: output ${i}: ${given}`);
    }
  }
  return detection;
}

/** Real values of an output, each rounded to float32. */
function realsOf(values: Values, { dtype, scale, zeroPoint }: Omit<InterfaceEntry, 'operand'>): Float32Array {
  if (dtype === 'f32') return values as Float32Array;
  return Float32Array.from(values as Int8Array, (q) => scale * (q - zeroPoint));
}

/** The box of each anchor: ymin, xmin, ymax, xmax. In doubles but for the results, as in detection_postprocess.cc. */
function boxesOf({ anchors, scales }: Detection, encoded: Float32Array): Float32Array {
  const count = anchors.length / 4;
  const size = encoded.length / count;
  const boxes = new Float32Array(4 * count);
  for (let i = 0; i < count; i++) {
    for (const axis of [0, 1]) {
      const [at, from] = [i * size + axis, 4 * i + axis];
      const [center, length] = [anchors[from], anchors[from + 2]];
      const middle = f32((encoded[at] / scales[axis]) * length + center);
      const half = f32(0.5 * exp(encoded[at + 2] / scales[axis + 2]) * length);
      boxes[from] = middle - half;
      boxes[from + 2] = middle + half;
    }
  }
  return boxes;
}

function find(what: string, model: DetectionModel, outputs: readonly Values[]) {
  const detection = detectionOf(what, model, outputs);
  const [boxes, scores] = [detection.boxes, detection.scores].map((i) => realsOf(outputs[i], model.outputs[i]));
  const decoded = boxesOf(detection, boxes);
  const size = scores.length / (detection.anchors.length / 4);
  return { detection, boxes: decoded, found: suppress(detection, decoded, { values: scores, size }) };
}

/**
 * The objects in one image, as its model finds them, the best first. `outputs` is what `run` returns for one image. The same
 * numbers in every JavaScript engine. Throws input for a model without a detection head and for outputs that are not its own,
 * and what `readPostprocess` throws.
 *
 * @example
 * import { inputOfImage, load } from 'liteblock';
 * import { detections } from 'liteblock/detect';
 *
 * const model = await load('detector.lbm');
 * const image = { data: new Uint8Array(96 * 96 * 3), width: 96, height: 96 };
 * for (const { label, score, box } of detections(model, model.run(inputOfImage(model, image)))) {
 *   console.log(label, score, box.top, box.left, box.bottom, box.right);
 * }
 */
export function detections(model: DetectionModel, outputs: readonly Values[]): DetectedObject[] {
  const { detection, boxes, found } = find('detections', model, outputs);
  const { labels } = model;
  const background = labels.length - detection.classes === 1 ? 1 : 0;
  return found.map(({ anchor, class: index, score }) => {
    const [top, left, bottom, right] = boxes.subarray(4 * anchor, 4 * anchor + 4);
    return { index, label: labels[index + background], score, box: { top, left, bottom, right } };
  });
}

/**
 * The same as the four outputs of TFLite's operator, for programs that are written for it. `outputs` is what `run` returns for
 * one image. Throws as `detections` does.
 */
export function detectionTensors(model: DetectionModel, outputs: readonly Values[]): DetectionTensors {
  const { detection, boxes, found } = find('detectionTensors', model, outputs);
  const { maxDetections, maxClassesPerDetection, classes, regular } = detection;
  const given = regular ? 1 : Math.min(maxClassesPerDetection, classes);
  const places = maxDetections * maxClassesPerDetection;
  const tensors = {
    boxes: new Float32Array(4 * places),
    classes: new Float32Array(places),
    scores: new Float32Array(places),
  };
  found.forEach((one: Found, i) => {
    const at = regular ? i : Math.floor(i / given) * maxClassesPerDetection + (i % given);
    tensors.boxes.set(boxes.subarray(4 * one.anchor, 4 * one.anchor + 4), 4 * at);
    tensors.classes[at] = one.class;
    tensors.scores[at] = one.score;
  });
  return { ...tensors, count: found.length / given };
}
