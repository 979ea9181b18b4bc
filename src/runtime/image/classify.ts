import type { Values } from '../../format/values.ts';
import type { Interface, Model } from '../model.ts';
import { inputOfImage } from './input.ts';
import type { Pixels } from './resize.ts';

/** A class and how sure the model is of it. */
export interface Classification {
  /** The index of the class among the values of the output. */
  readonly index: number;
  /** The name of the class; absent where the model has no labels. */
  readonly label: string | undefined;
  /** The real score: a probability where the model ends in a softmax. */
  readonly score: number;
}

/** What `bestClasses` reads of a model, of whatever kind. */
export interface ClassModel {
  /** The outputs; the first one holds the scores. */
  readonly outputs: readonly Interface[];
  /** Names of the classes. */
  readonly labels: readonly string[];
}

/**
 * The `most` best classes of one image, the best first; of equal scores the lower index is first. `scores` is the first output
 * of a run, one value a class; quantised ones become real by the scale of the output.
 */
export function bestClasses({ outputs, labels }: ClassModel, scores: Values, most = 5): Classification[] {
  const { dtype, scale, zeroPoint } = outputs[0];
  const values = Array.from(scores, Number);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a] || a - b);
  return order.slice(0, most).map((index) => ({
    index,
    label: labels[index],
    score: dtype === 'f32' ? values[index] : scale * (values[index] - zeroPoint),
  }));
}

/**
 * Names an image, such as an ImageData of any size: `inputOfImage`, `Model.run`, `bestClasses`. Throws input, as these do.
 *
 * @example
 * const [best] = classify(model, context.getImageData(0, 0, canvas.width, canvas.height));
 * console.log(best?.label, best?.score);
 */
export const classify = (model: Model, image: Pixels, most?: number): Classification[] =>
  bestClasses(model, model.run(inputOfImage(model, image))[0], most);
