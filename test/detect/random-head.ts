import { encode } from 'flatbuffers/js/flexbuffers.js';
import { type WriteModel, type WriteTensor, writeTflite } from '../import/write-tflite.ts';
import { type Case, type Random, randomFrom } from '../reference/generator.ts';

/** Options of a head as converters write them. */
export interface HeadOptions {
  readonly max_detections: number;
  readonly max_classes_per_detection: number;
  readonly detections_per_class?: number;
  readonly use_regular_nms?: boolean;
  readonly nms_score_threshold: number;
  readonly nms_iou_threshold: number;
  readonly num_classes: number;
  readonly y_scale: number;
  readonly x_scale: number;
  readonly h_scale: number;
  readonly w_scale: number;
}

/** Sizes, types and values of a model that is a detection head alone. */
export interface Head {
  readonly options: HeadOptions;
  readonly anchors: Float32Array;
  /** Scores of an anchor: those of the classes, or one more for the background. */
  readonly scores: number;
  /** Numbers of an anchor. */
  readonly box: number;
  /** uint8 as the operator takes it itself, anchors too, or int8 with a DEQUANTIZE before it. */
  readonly type: 'int8' | 'uint8';
}

/** Real numbers are those of float32: the library writes others of one map wrongly. */
export const optionBytes = (options: object): Uint8Array => Uint8Array.from(encode(options));

/** Boxes and scores in; boxes, classes, scores and their number out. */
export function headModel({ options, anchors, scores, box, type }: Head): WriteModel {
  const count = anchors.length / 4;
  const real = (shape: readonly number[]): WriteTensor => ({ shape, type: 'float32' });
  const [zeroBox, zeroScore] = type === 'int8' ? [3, -128] : [131, 0];
  const given: WriteTensor[] = [
    { name: 'boxes', shape: [1, count, box], type, scale: [0.0625], zeroPoint: [zeroBox] },
    { name: 'scores', shape: [1, count, scores], type, scale: [0.00390625], zeroPoint: [zeroScore] },
  ];
  const places = options.max_detections * options.max_classes_per_detection;
  const found = [real([1, places, 4]), real([1, places]), real([1, places]), real([1])];
  const direct = type === 'uint8';
  const anchorTensor: WriteTensor = direct
    ? {
        ...{ shape: [count, 4], type: 'uint8', scale: [0.00784313725], zeroPoint: [0] },
        bytes: Uint8Array.from(anchors, (value) => Math.round(value / 0.00784313725)),
      }
    : { ...real([count, 4]), bytes: new Uint8Array(anchors.slice().buffer) };
  const before = direct ? 'QUANTIZE' : 'DEQUANTIZE';
  const read = direct ? given : given.map(({ shape }) => real(shape));
  const name = 'TFLite_Detection_PostProcess';
  const head = { name, outputs: [5, 6, 7, 8], customOptions: optionBytes(options) };
  return {
    tensors: [...given, ...read, anchorTensor, ...found],
    operators: [
      { name: before, inputs: [0], outputs: [2] },
      { name: before, inputs: [1], outputs: [3] },
      { ...head, inputs: [2, 3, 4] },
    ],
    inputs: [0, 1],
    outputs: [5, 6, 7, 8],
  };
}

/** Options with every member on both sides of its borders: few and many boxes, with and without a background. */
function randomHead(random: Random): Head {
  const anchors = random.pick([1, 2, 7, 19, 60]);
  const classes = random.pick([1, 2, 3, 11]);
  const size = (): number => random.integer(1, 127) * 0.00784313725;
  const regular = random.once(2);
  const options: HeadOptions = {
    max_detections: random.pick([1, 2, 5, 10, 100]),
    max_classes_per_detection: random.pick([1, 1, 2, 4]),
    ...(random.once(2) && { detections_per_class: random.pick([1, 3, 100]) }),
    ...((regular || random.once(2)) && { use_regular_nms: regular }),
    nms_score_threshold: random.pick([2 ** -26, 0.25, 0.625, 0.875]),
    nms_iou_threshold: random.pick([0.125, 0.4375, 0.625, 1]),
    num_classes: classes,
    y_scale: random.pick([10, 1, 3.5]),
    x_scale: random.pick([10, 1, 7]),
    h_scale: random.pick([5, 2]),
    w_scale: random.pick([5, 3]),
  };
  return {
    options,
    anchors: Float32Array.from({ length: 4 * anchors }, size),
    scores: classes + random.pick([0, 1]),
    box: random.pick([4, 4, 6]),
    type: random.pick(['int8', 'uint8']),
  };
}

/** Case `index` of a seed. */
export function headCase(seed: number, index: number): Case & { readonly options: HeadOptions } {
  const random = randomFrom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const head = randomHead(random);
  const count = head.anchors.length / 4;
  const inputs = [random.bytes(count * head.box), random.bytes(count * head.scores)];
  return { model: writeTflite(headModel(head)), inputs, steps: 1, options: head.options };
}
