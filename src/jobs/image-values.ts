import { kindOf } from '../format/arguments.ts';
import { LiteBlockError } from '../format/errors.ts';
import type { Preprocessing } from '../format/model-file.ts';
import { realOfPixels } from '../format/preprocessing.ts';
import type { ImageValues } from '../import/npy/images.ts';

/** Images of one input, wherever they are from. */
export interface ImageSource {
  /** How many images there are. */
  readonly count: number;
  /** Image i, NHWC: pixels (u8), quantised values (i8) or real ones (f32). */
  at(i: number): ImageValues;
  /** Where image i is from, for messages. */
  file(i: number): string;
  /** The values of image i, whatever they are by now, in the order of the input: absent where that is the one that they have. */
  ordered?<T extends ImageValues>(i: number, values: T): T;
}

/** The default preprocessing: pixels are float values from 0 to 255. */
export const asTheyAre: Preprocessing = { mean: [0], std: [1] };

/** Whether images are pixels, which mean nothing by themselves: the first image tells. */
export const arePixels = (images: ImageSource): boolean => images.at(0) instanceof Uint8Array;

/** Image values as the real input of a float network. Throws input for quantised ones. */
export function realValues(values: ImageValues, preprocessing: Preprocessing, path: string): Float32Array {
  if (values instanceof Float32Array) return values;
  if (values instanceof Uint8Array) return realOfPixels(values, preprocessing);
  const given = values instanceof Int8Array ? 'i8 values' : kindOf(values);
  const what = `${given}, but a float network takes u8 pixels or f32 values`;
  throw new LiteBlockError('input', `${path}: ${what}`);
}
