import type { Graph } from '../graph/graph.ts';
import { nhwc } from '../graph/graph.ts';
import { elements, perTensor } from '../graph/tensor.ts';
import type { Images } from '../quantize/calibrate.ts';
import { quantizeValues } from '../quantize/range.ts';
import { compare, decibels, type Signal } from '../quantize/signal.ts';
import { bestOf } from './best-of.ts';
import type { Evaluators } from './evaluators.ts';
import { type OutputMeaning, outputMeaning, type ValueFacts, valueFacts } from './output-meaning.ts';

/** How far one output of the int8 network agrees with that of the float one. */
export interface OutputAgreement {
  /** The output's name. */
  readonly name: string;
  /** What its values say. */
  readonly meaning: OutputMeaning;
  /** Signal to noise in dB over all images. */
  readonly snrDb: number;
  /** Images with the same best class, or on the same side of 0.5; of maps the share of their pixels. Absent for values. */
  readonly same?: number;
  /** Of masks at 0.5, or of class maps by class: intersection over union, the mean of the classes that occur. */
  readonly iou?: number;
}

/** How far int8 agrees with float, output by output. */
export interface Agreement {
  /** Images that were compared. */
  readonly images: number;
  /** In the order of the network's outputs. */
  readonly outputs: readonly OutputAgreement[];
}

/** From which value on something is there. */
export const threshold = 0.5;

/** Compares the pixels of one output, whatever they turn out to mean. */
class Comparison {
  readonly signal: Signal = { signal: 0, noise: 0 };
  facts: ValueFacts = { unit: true, distribution: true };
  /** Pixels with the same best channel, and with the same channel 0 above or below the threshold. */
  sameBest = 0;
  sameSide = 0;
  readonly #channels: number;
  /** By class, then of masks alone: pixels that both have, and pixels that one has. */
  readonly #both: Float64Array;
  readonly #either: Float64Array;

  constructor(channels: number) {
    this.#channels = channels;
    this.#both = new Float64Array(channels + 1);
    this.#either = new Float64Array(channels + 1);
  }

  add(real: Float32Array, q: ArrayLike<number>, scale: number, zeroPoint: number): void {
    const channels = this.#channels;
    compare(this.signal, real, q, scale, zeroPoint);
    const facts = valueFacts(real, channels);
    this.facts = {
      unit: this.facts.unit && facts.unit,
      distribution: this.facts.distribution && facts.distribution,
    };
    for (let at = 0; at < real.length; at += channels) {
      const [a, b] = [bestOf(real, at, channels), bestOf(q, at, channels)];
      if (a === b) {
        this.sameBest++;
        this.#count(a, true);
      } else {
        this.#count(a, false);
        this.#count(b, false);
      }
      const [isA, isB] = [real[at] >= threshold, scale * (q[at] - zeroPoint) >= threshold];
      if (isA === isB) this.sameSide++;
      if (isA || isB) this.#count(channels, isA && isB);
    }
  }

  #count(what: number, both: boolean): void {
    this.#either[what]++;
    if (both) this.#both[what]++;
  }

  /** Of the mask; where neither has a pixel they are equal. */
  maskIou(): number {
    const either = this.#either[this.#channels];
    return either === 0 ? 1 : this.#both[this.#channels] / either;
  }

  /** The mean over the classes that either has somewhere. */
  classIou(): number {
    const ratios = Array.from(this.#either.subarray(0, this.#channels), (either, c) => this.#both[c] / either);
    const had = ratios.filter((ratio) => !Number.isNaN(ratio));
    return had.reduce((sum, ratio) => sum + ratio, 0) / had.length;
  }
}

/**
 * Runs a float graph and its int8 form on all images, and compares their outputs by what these mean. `labels` is how many
 * names of classes there are.
 */
export function agreementOf(
  graph: Graph,
  int8: Graph,
  images: Images,
  { evaluate, evaluateQuantized }: Evaluators,
  labels: number,
  onImage: (done: number) => void,
): Agreement {
  const [runFloat, runInt8] = [evaluate(graph), evaluateQuantized(int8)];
  const quantizations = int8.inputs.map((id) => perTensor(int8.tensors[id]));
  const outputs = int8.outputs.map((id) => int8.tensors[id]);
  const comparisons = outputs.map((output) => new Comparison(nhwc(output)[3]));
  let done = 0;
  for (const inputs of images) {
    const q = inputs.map((values, i) => {
      const { scale, zeroPoint } = quantizations[i];
      return quantizeValues(values, scale, zeroPoint);
    });
    const [float, quantized] = [runFloat(inputs), runInt8(q)];
    comparisons.forEach((comparison, i) => {
      const { scale, zeroPoint } = perTensor(outputs[i]);
      comparison.add(float[i], quantized[i] as Int8Array, scale, zeroPoint); // int8, as the quantiser makes them
    });
    onImage(++done);
  }
  const [input, ...others] = graph.inputs.map((id) => elements(graph.tensors[id].shape));
  return {
    images: done,
    outputs: comparisons.map((comparison, i) => {
      const [, h, w, c] = nhwc(outputs[i]);
      const likeInput = others.length === 0 && input === h * w * c;
      const facts = { shape: [h, w, c], outputs: outputs.length, labels, likeInput } as const;
      const meaning = outputMeaning(facts, comparison.facts);
      const { name } = graph.tensors[graph.outputs[i]];
      return { name, meaning, snrDb: decibels(comparison.signal), ...sameness(comparison, meaning, done * h * w) };
    }),
  };
}

function sameness(comparison: Comparison, meaning: OutputMeaning, pixels: number): { same?: number; iou?: number } {
  const { sameBest, sameSide } = comparison;
  if (meaning === 'classes') return { same: sameBest };
  if (meaning === 'probability') return { same: sameSide };
  if (meaning === 'mask') return { same: sameSide / pixels, iou: comparison.maskIou() };
  if (meaning === 'class map') return { same: sameBest / pixels, iou: comparison.classIou() };
  return {};
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** The agreement in words, a name and a text for each figure but dB. Outputs are named where there are several. */
export function agreementTexts({ images, outputs }: Agreement): [name: string, text: string][] {
  const all = images.toLocaleString('en');
  return outputs.flatMap(({ name, meaning, same = 0, iou = 0 }): [string, string][] => {
    const of = outputs.length > 1 ? ` (${name})` : '';
    const counted = `${same.toLocaleString('en')} of ${all} images (${percent(same / images)})`;
    if (meaning === 'classes') return [[`same best class as float${of}`, counted]];
    if (meaning === 'probability') return [[`same side of ${threshold} as float${of}`, counted]];
    if (meaning === 'mask') {
      return [[`mask as float's${of}`, `IoU ${iou.toFixed(3)} at ${threshold}, ${percent(same)} of the pixels equal`]];
    }
    if (meaning === 'class map') {
      return [[`class map as float's${of}`, `mean IoU ${iou.toFixed(3)}, ${percent(same)} of the pixels equal`]];
    }
    return [];
  });
}
