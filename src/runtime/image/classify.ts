import { checkFunction, checkKind, checkLike, checkMembers } from '../../format/arguments.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { Like } from '../../format/like.ts';
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
  /** The real score: a probability where the model ends in a softmax. Undefined where the output is the index of the class. */
  readonly score: number | undefined;
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
 * of a run, one value a class; quantised ones become real by the scale of the output. Throws input, also for scores of several
 * images.
 */
export function bestClasses(model: ClassModel, scores: Values, most = 5): Classification[] {
  checkMembers('bestClasses: model', model, 'outputs', 'labels');
  const { outputs, labels } = model;
  const [number, output] = [Number.NaN, outputs?.[0]];
  const like: Like = {
    output: { dtype: '', scale: number, zeroPoint: number, imageBytes: number },
    labels: [''],
    most: number,
  };
  checkLike('bestClasses: model', { output, labels, most }, like);
  checkKind('bestClasses: scores', scores, 'Int8Array', 'Uint8Array', 'Int32Array', 'BigInt64Array', 'Float32Array');
  const { dtype, scale, zeroPoint } = output;
  const values = Array.from({ length: scores.length }, (_, i) => Number(scores[i]));
  if (dtype === 'i32' || dtype === 'i64') {
    return values.slice(0, most).map((index) => ({ index, label: labels[index], score: undefined }));
  }
  const classes = output.imageBytes / (dtype === 'f32' ? 4 : 1);
  if (values.length !== classes) {
    throw new LiteBlockError('input', `bestClasses: scores: expected ${classes} of one image, got ${values.length}`);
  }
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
export function classify(model: Model, image: Pixels, most?: number): Classification[] {
  checkMembers('classify: model', model, 'run');
  checkFunction('classify: model: run', model.run);
  return bestClasses(model, model.run(inputOfImage(model, image))?.[0], most);
}
