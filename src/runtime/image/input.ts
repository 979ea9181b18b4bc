import { checkKind, checkLike, checkMembers } from '../../format/arguments.ts';
import { LiteBlockError } from '../../format/errors.ts';
import type { Like } from '../../format/like.ts';
import type { Preprocessing } from '../../format/model-file.ts';
import { levels, realOfPixels } from '../../format/preprocessing.ts';
import { arrayOf } from '../../format/values.ts';
import type { Interface } from '../model.ts';
import { describeEntry, type InputValues, quantize } from '../values.ts';
import { pixelsOfImage } from './pixels.ts';
import type { Pixels } from './resize.ts';

/** Of a model, of whatever kind, what images need: its inputs, and what it says about pixels. */
export interface ImageModel {
  /** The inputs; the first takes the image. */
  readonly inputs: readonly Interface[];
  /** How pixels become real values, where the model says so. */
  readonly preprocessing: Preprocessing | undefined;
}

const entryLike: Like = {
  name: '',
  dtype: (dtype) => (dtype === 'i8' || dtype === 'u8' || dtype === 'f32' ? undefined : 'is not i8, u8 or f32'),
  scale: Number.NaN,
  zeroPoint: Number.NaN,
  shape: [0],
};

const checkEntry = (what: string, entry: Interface): void => checkLike(what, entry, entryLike);

/**
 * Pixels, channels innermost, as values of an input's own type. Where it is known what they mean, they become real values,
 * which are quantised as `run` does; else a u8 input takes them as they are, and an i8 one each less 128. Throws input for a
 * real input of which nothing is known.
 */
export function valuesOfPixels(pixels: Uint8Array, entry: Interface, preprocessing?: Preprocessing): InputValues {
  checkKind('valuesOfPixels: pixels', pixels, 'Uint8Array');
  checkEntry('valuesOfPixels: input', entry);
  const { dtype } = entry;
  if (preprocessing) {
    return dtype === 'f32' ? realOfPixels(pixels, preprocessing) : looked(pixels, entry, preprocessing);
  }
  if (dtype === 'u8') return pixels;
  if (dtype === 'i8') return shifted(pixels);
  const how = 'the model does not say what pixels mean (compile it with --mean and --std)';
  throw new LiteBlockError('input', `${describeEntry('input', 0, entry)}: ${how}; expected real values`);
}

function shifted(pixels: Uint8Array): Int8Array {
  const values = new Int8Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) values[i] = pixels[i] - 128;
  return values;
}

/** Each of 256 levels is quantised once for each channel that differs. */
function looked(pixels: Uint8Array, entry: Interface, preprocessing: Preprocessing): InputValues {
  const tables = levels(preprocessing).map((real) => quantize(real, entry, describeEntry('input', 0, entry)));
  const values = new (arrayOf(entry.dtype as 'i8' | 'u8'))(pixels.length);
  tables.forEach((table, c) => {
    for (let i = c; i < pixels.length; i += tables.length) values[i] = table[pixels[i]];
  });
  return values;
}

/**
 * An image, such as an ImageData, as what `run` takes for the model's first input: `pixelsOfImage`, then `valuesOfPixels`
 * with what the model says about pixels. Throws input.
 */
export function inputOfImage(model: ImageModel, image: Pixels): InputValues {
  checkMembers('inputOfImage: model', model, 'inputs');
  const { inputs, preprocessing } = model;
  checkKind('inputOfImage: inputs of the model', inputs, 'Array');
  const entry = inputs[0];
  checkEntry('inputOfImage: the first input of the model', entry);
  const shape = entry.shape.slice(-3);
  if (shape.length < 3) {
    throw new LiteBlockError(
      'input',
      `${describeEntry('input', 0, entry)}: it takes no images (height, width, channels)`,
    );
  }
  return valuesOfPixels(pixelsOfImage(image, shape), entry, preprocessing);
}
