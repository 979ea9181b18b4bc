import { crc32 } from '../format/crc32.ts';
import type { Preprocessing } from '../format/model-file.ts';
import type { FloatEvaluator, Run } from '../graph/evaluator.ts';
import type { Graph } from '../graph/graph.ts';
import type { TensorId } from '../graph/tensor.ts';
import type { InputFinding } from './finding.ts';
import { addMoments, deviationOf, type Moments, noMoments } from './moments.ts';
import { type Range, union } from './range.ts';
import { trainedProbe } from './trained-spread.ts';

/** A warning is due below this number of images that differ. A few hundred are advised. */
const fewImages = 10;
/** An input is nearly constant where every channel deviates by less than this share of the input's greatest magnitude. */
const leastDeviation = 0.02;
/** How far real values may lie beyond those of the pixels 0 and 255, in pixels: resizing overshoots by up to a tenth. */
const slack = 25.5;

/** What `quantize` is told of how its images were made. */
export interface ImageOptions {
  /** What pixels mean to the model, where that is known: the images are compared with it. */
  readonly preprocessing?: Preprocessing | undefined;
  /** True for images of float values, to which `preprocessing` was not applied. */
  readonly realImages?: boolean | undefined;
}

/** What was seen of one input. */
interface Seen {
  readonly moments: Moments;
  readonly ranges: Range[];
}

/** Looks at the images that a run is given: whether they differ, vary, and are spread as training and `options` say. */
export function watchInputs(graph: Graph, evaluate: FloatEvaluator, options: ImageOptions) {
  const seen = graph.inputs.map((id) => nothingOf(graph.tensors[id].shape.at(-1) ?? 1));
  const distinct = new Set<string>();
  const probe = trainedProbe(graph, evaluate);
  let images = 0;
  const watch =
    (run: Run<Float32Array>): Run<Float32Array> =>
    (inputs, observe) => {
      const outputs = run(inputs, observe); // which refuses inputs that are none
      images++;
      distinct.add(inputs.map(digest).join());
      inputs.forEach((values, i) => {
        add(seen[i], values);
      });
      probe?.add(inputs);
      return outputs;
    };
  const findings = (): InputFinding[] => {
    const constant = graph.inputs.flatMap((tensor, i) => nearlyConstant(tensor, seen[i]));
    const first = graph.inputs[0];
    return [
      ...constant,
      ...unlikePixels(first, seen[0], options),
      ...(constant.length > 0 ? [] : (probe?.findings() ?? [])),
      ...tooFew(first, images, distinct.size),
    ];
  };
  return { watch, findings };
}

const tooFew = (tensor: TensorId, images: number, distinct: number): InputFinding[] =>
  distinct < fewImages ? [{ kind: 'few-images', tensor, images, distinct }] : [];

/** Tells images apart. */
const digest = ({ buffer, byteOffset, byteLength }: Float32Array): number =>
  crc32(new Uint8Array(buffer, byteOffset, byteLength));

const nothingOf = (channels: number): Seen => ({
  moments: noMoments(channels),
  ranges: Array.from({ length: channels }, () => ({ min: Infinity, max: -Infinity })),
});

function add({ moments, ranges }: Seen, values: Float32Array): void {
  addMoments(moments, values);
  const channels = ranges.length;
  for (let c = 0; c < channels; c++) {
    let { min, max } = ranges[c];
    for (let i = c; i < values.length; i += channels) {
      const value = values[i];
      if (value < min) min = value;
      if (value > max) max = value;
    }
    ranges[c] = { min, max };
  }
}

function nearlyConstant(tensor: TensorId, { moments, ranges }: Seen): InputFinding[] {
  const range = ranges.reduce(union);
  const greatest = Math.max(Math.abs(range.min), Math.abs(range.max));
  const deviates = ranges.some((_, c) => deviationOf(moments, c) > leastDeviation * greatest);
  return deviates ? [] : [{ kind: 'constant-input', tensor, range }];
}

/**
 * Real images whose values are not those that `preprocessing` makes of pixels: beyond those of the pixels 0 and 255, or all
 * on the bright side of the mean pixel, as values from 0 to 1 are. And a mean and a std for values from 0 to 1.
 */
function unlikePixels(tensor: TensorId, { ranges }: Seen, { preprocessing, realImages }: ImageOptions): InputFinding[] {
  if (!preprocessing) return [];
  const { mean, std } = preprocessing;
  const of = (list: readonly number[], c: number): number => list[list.length === 1 ? 0 : c];
  const pixels = ranges.map(({ min, max }, c): Range => {
    const ends = [min, max].map((value) => value * of(std, c) + of(mean, c));
    return { min: Math.min(...ends), max: Math.max(...ends) };
  });
  const small = [...mean, ...std].every((value) => Math.abs(value) <= 1) && std.some((value) => value !== 1);
  if (small && (realImages || pixels.some(({ max }) => max > 1))) return [{ kind: 'small-units', tensor }];
  if (!realImages) return [];
  const beyond = pixels.some(({ min, max }) => min < -slack || max > 255 + slack);
  const bright = pixels.every(({ min }, c) => of(mean, c) > 0 && min >= of(mean, c));
  if (!beyond && !bright) return [];
  const ends = [0, 255].flatMap((pixel) => ranges.map((_, c) => (pixel - of(mean, c)) / of(std, c)));
  const expected = { min: Math.min(...ends), max: Math.max(...ends) };
  return [{ kind: 'unlike-pixels', tensor, range: ranges.reduce(union), expected }];
}
