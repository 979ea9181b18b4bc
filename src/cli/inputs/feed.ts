import { LiteBlockError } from '../../format/errors.ts';
import type { InterfaceEntry, ModelFile, Preprocessing } from '../../format/model-file.ts';
import { realOfPixels } from '../../format/preprocessing.ts';
import { withName } from '../../graph/short-name.ts';
import type { ImageValues } from '../../import/npy/images.ts';
import { type ImageLayout, layoutOfFile } from '../../jobs/layout.ts';
import { valuesOfPixels } from '../../runtime/node.ts';
import { type Io, warn } from '../io.ts';
import { toldLayout } from '../options/layout.ts';
import type { InputImages } from './images.ts';
import { openImages } from './open-images.ts';

/** IMAGES for one input, in a form that `Model.run` takes. */
export interface Feed {
  readonly images: InputImages;
  /** Image i: real values where pixels have a meaning, else values of the input's own type. */
  at(i: number): ImageValues;
}

export interface FeedOptions {
  /** The order of the input's values. Absent: as the model tells. */
  readonly layout?: ImageLayout | undefined;
  /** Bytes are the input's own values, whatever the file says about pixels. */
  readonly raw?: boolean | undefined;
}

/**
 * IMAGES for input `i` of a model. Bytes of a headerless file are pixels where the file says what pixels mean, else, and with
 * `raw`, the input's own values. Those of pictures are always pixels; without mean and std, a warning on `io` says how they are converted.
 */
export async function openInput(
  paths: readonly string[],
  file: ModelFile,
  i: number,
  io: Io,
  { raw = false, layout }: FeedOptions = {},
): Promise<Feed> {
  const entry = file.inputs[i];
  const preprocessing = i === 0 ? file.metadata.preprocessing : undefined;
  const { height, width, channels } = file.operands[entry.operand];
  const images = await openImages(paths, {
    input: withName(`input ${i}`, entry.name),
    shape: [height, width, channels],
    layout: toldLayout(layout, layoutOfFile(file, i), [height, width, channels], io),
    raw: preprocessing && !raw ? 'u8' : (entry.dtype as 'i8' | 'u8' | 'f32'), // no input is an index
    warn: (text) => warn(io, text),
  });
  const pictures =
    !preprocessing && Array.from({ length: images.count }, (_, at) => images.isPicture(at)).includes(true);
  if (pictures && entry.dtype !== 'f32') {
    const how = entry.dtype === 'i8' ? '128 is subtracted from each' : 'they are used unchanged';
    warn(io, `the model does not say what pixels mean: ${how} (compile it with --mean and --std to say it)`);
  }
  const valuesOf = (at: number): ImageValues => inputValues(images, at, entry, preprocessing, raw);
  return { images, at: (at) => images.ordered?.(at, valuesOf(at)) ?? valuesOf(at) };
}

/** Images [from, to) of a feed as one array. Throws input where a folder has values of different types. */
export function batchOf({ images, at }: Feed, from: number, to: number): ImageValues {
  const each = Array.from({ length: to - from }, (_, i) => at(from + i));
  const first = each[0];
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
  images: InputImages,
  i: number,
  entry: InterfaceEntry,
  preprocessing: Preprocessing | undefined,
  raw: boolean,
): ImageValues {
  const values = images.at(i);
  if (values instanceof Float32Array) return values;
  const pixels = values instanceof Uint8Array;
  if (pixels && preprocessing && (!raw || images.isPicture(i))) return realOfPixels(values, preprocessing);
  if (pixels && images.isPicture(i) && entry.dtype !== 'f32') return valuesOfPixels(values, entry);
  const { dtype, name } = entry;
  if (dtype === (pixels ? 'u8' : 'i8')) return values;
  const what = pixels
    ? `u8 pixels, but the model does not say what they mean (compile it with --mean and --std), and ${withName('its input', name)} is ${dtype}`
    : `i8 values, but ${withName('the input', name)} is ${dtype}`;
  throw new LiteBlockError('input', `${images.file(i)}: ${what}`);
}
