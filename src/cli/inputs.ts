import { LiteBlockError } from '../format/errors.ts';
import type { InterfaceEntry, ModelFile, Operand, Preprocessing } from '../format/model-file.ts';
import { realOfPixels } from '../format/preprocessing.ts';
import type { ImageValues } from '../import/npy/images.ts';
import { type Images, openImages } from './images.ts';

/** IMAGES for one input, in a form that `Model.run` takes. */
export interface Feed {
  readonly images: Images;
  /** Image i: real values where pixels have a meaning, else values of the input's own type. */
  at(i: number): ImageValues;
}

/**
 * IMAGES for input `i` of a model. Bytes of a headerless file are pixels where the file says what pixels mean, else, and with
 * `raw`, the input's own values.
 */
export function openInput(path: string, file: ModelFile, i: number, raw = false): Feed {
  const entry = file.inputs[i] as InterfaceEntry;
  const preprocessing = i === 0 && !raw ? file.metadata.preprocessing : undefined;
  const { height, width, channels } = file.operands[entry.operand] as Operand;
  const images = openImages(path, {
    input: `input ${i} "${entry.name}"`,
    shape: [height, width, channels],
    raw: preprocessing ? 'u8' : entry.dtype,
  });
  return { images, at: (image) => inputValues(images.at(image), entry, preprocessing, path) };
}

/** Images [from, to) of a feed as one array. Throws input where a folder has values of different types. */
export function batchOf({ images, at }: Feed, from: number, to: number): ImageValues {
  const each = Array.from({ length: to - from }, (_, i) => at(from + i));
  const first = each[0] as ImageValues;
  const size = first.length;
  const batch = new (first.constructor as new (length: number) => ImageValues)(size * each.length);
  each.forEach((values, i) => {
    if (values.constructor !== first.constructor) {
      const kinds = `${first.constructor.name} and ${values.constructor.name}`;
      throw new LiteBlockError('input', `${images.path}: its images are of different types: ${kinds}`);
    }
    batch.set(values, i * size);
  });
  return batch;
}

function inputValues(
  values: ImageValues,
  { dtype, name }: InterfaceEntry,
  preprocessing: Preprocessing | undefined,
  path: string,
): ImageValues {
  if (values instanceof Float32Array) return values;
  const pixels = values instanceof Uint8Array;
  if (pixels && preprocessing) return realOfPixels(values, preprocessing);
  if (dtype === (pixels ? 'u8' : 'i8')) return values;
  const what = pixels
    ? `u8 pixels, but the model does not say what they mean (compile it with --mean and --std), and its input "${name}" is ${dtype}`
    : `i8 values, but the input "${name}" is ${dtype}`;
  throw new LiteBlockError('input', `${path}: ${what}`);
}

/** Image values as the real input of a float network. Throws input for quantised ones. */
export function realValues(values: ImageValues, preprocessing: Preprocessing, path: string): Float32Array {
  if (values instanceof Float32Array) return values;
  if (values instanceof Uint8Array) return realOfPixels(values, preprocessing);
  const what = 'i8 values, but the input of a float network is real: u8 pixels or f32 values are wanted';
  throw new LiteBlockError('input', `${path}: ${what}`);
}
