import { type Detection, detectionFault } from '../../format/postprocess.ts';
import { elements } from '../../graph/tensor.ts';
import type { FileTensor } from '../file-model.ts';
import { Problems, placeInFile } from '../problems.ts';
import { flexbufferMap } from './flexbuffer.ts';
import type { TfliteModel, TfliteOperator } from './model.ts';
import { realBytes } from './real-bytes.ts';

/** The custom operator that finds boxes. It has no kernel: hosts compute it from what it reads. */
export const detectionOperator = 'TFLite_Detection_PostProcess';

/** A model without the operators that hosts compute, whose outputs are what these read. */
export interface SplitModel {
  readonly model: TfliteModel;
  readonly postprocess?: Detection;
}

/** Boxes of a class by regular suppression where the options say nothing, as in TFLite's detection_postprocess.cc. */
const defaultDetectionsPerClass = 100;

/**
 * Takes a detection head off the end of a model: the outputs of the operator are replaced by its boxes and scores, which keep
 * their names. Throws 'unsupported' where it is not at the end, or has options that its own kernel refuses, too.
 */
export function takePostprocess(model: TfliteModel): SplitModel {
  const found = model.operators.filter(({ name, custom }) => custom && name === detectionOperator);
  const [head] = found;
  if (!head) return { model };
  const problems = new Problems();
  const report = (what: string): void =>
    problems.add({ node: head.index, op: head.name, name: model.tensors[head.outputs[0] ?? -1]?.name ?? '', what });
  const made = new Set(head.outputs);
  if (found.length > 1) report(`there are ${found.length} of it (one)`);
  if (model.operators.some(({ inputs }) => inputs.some((id) => made.has(id)))) {
    report('an operator reads what it gives (it must be the last)');
  }
  const outputs = model.outputs.filter((id) => !made.has(id));
  const read = readHead(model, head, outputs.length, report);
  problems.throwAny(model.source, { code: 'unsupported', place: placeInFile });
  if (!read) throw new Error('a detection head without a problem');
  return {
    model: {
      ...model,
      operators: model.operators.filter((operator) => operator !== head),
      outputs: [...outputs, ...read.outputs],
    },
    postprocess: read.detection,
  };
}

interface Head {
  /** Boxes and scores. */
  readonly outputs: readonly [number, number];
  readonly detection: Detection;
}

/** What the operator does with its two inputs, which are outputs `first` and `first` + 1 of the model without it. */
function readHead(
  { tensors }: TfliteModel,
  { inputs, customOptions }: TfliteOperator,
  first: number,
  report: (what: string) => void,
): Head | undefined {
  const [boxes, scores, anchors] = inputs.map((id) => tensors[id]);
  if (inputs.length !== 3 || !boxes || !scores || !anchors) {
    report(`it has ${inputs.length} inputs (boxes, scores and anchors)`);
    return undefined;
  }
  const values = anchorsOf(anchors);
  if (!values) {
    report(`its anchors are ${anchors.bytes ? `${anchors.type} [${anchors.shape}]` : 'computed'} (a constant [N, 4])`);
    return undefined;
  }
  let options: ReadonlyMap<string, number | boolean>;
  try {
    options = flexbufferMap(customOptions ?? new Uint8Array());
  } catch (cause) {
    report(`its options are not a map of FlexBuffers: ${(cause as Error).message} (export it again)`);
    return undefined;
  }
  const detection = detectionOf(options, first, values);
  const fault = detectionFault(detection, [...Array.from({ length: first }, () => none), flat(boxes), flat(scores)]);
  if (fault) report(fault);
  return { outputs: [boxes.index, scores.index], detection };
}

/** What stands before them is not looked at. */
const none = { dtype: 'i32', imageBytes: 0 } as const;

/** Whatever its type becomes, it has so many values. */
const flat = ({ shape }: FileTensor) => ({ dtype: 'i8', imageBytes: elements(shape) }) as const;

function anchorsOf(anchors: FileTensor): Float32Array | undefined {
  const { shape, type, bytes } = anchors;
  if (shape.length !== 2 || shape[1] !== 4) return undefined;
  const real = type === 'float32' && bytes?.length === 4 * elements(shape) ? bytes : realBytes(anchors);
  return real && new Float32Array(Uint8Array.from(real).buffer);
}

/** Options as the operator's own kernel reads them: what is left out is 0. */
function detectionOf(options: ReadonlyMap<string, number | boolean>, first: number, anchors: Float32Array): Detection {
  const number = (name: string): number => Number(options.get(name) ?? 0);
  const whole = (name: string): number => Math.trunc(number(name));
  const real = (name: string): number => Math.fround(number(name));
  return {
    kind: 'detection',
    ...{ boxes: first, scores: first + 1 },
    ...{ maxDetections: whole('max_detections'), maxClassesPerDetection: whole('max_classes_per_detection') },
    detectionsPerClass: options.has('detections_per_class') ? whole('detections_per_class') : defaultDetectionsPerClass,
    regular: Boolean(options.get('use_regular_nms') ?? false),
    classes: whole('num_classes'),
    ...{ scoreThreshold: real('nms_score_threshold'), iouThreshold: real('nms_iou_threshold') },
    scales: [real('y_scale'), real('x_scale'), real('h_scale'), real('w_scale')],
    anchors,
  };
}
