import { type ImageShape, imagesOfNpy, imagesOfRaw } from '../../../src/import/npy/images.ts';
import { isNpy, readNpy } from '../../../src/import/npy/read-npy.ts';
import type { ImageSource } from '../../../src/jobs/image-values.ts';
import type { ImageInput, Images, NamedFile } from './protocol.ts';

const shapeOf = ({ height, width, channels }: ImageInput): ImageShape => [height, width, channels];

/** Decoded pictures and files of raw or `.npy` values, as images of the input's shape. */
export function imagesOf(given: readonly (Images | NamedFile)[], input: ImageInput): ImageSource {
  const images = given.flatMap((each) => {
    const source = 'pixels' in each ? each.source : each.name;
    return split('pixels' in each ? each.pixels : valuesOf(each, input), input).map((values) => ({ source, values }));
  });
  return {
    count: images.length,
    at: (i) => (images[i] as (typeof images)[number]).values,
    file: (i) => (images[i] as (typeof images)[number]).source,
  };
}

/** The values of a file of images. */
export function valuesOf({ name, bytes }: NamedFile, input: ImageInput): Images['pixels'] {
  const shape = shapeOf(input);
  return isNpy(bytes) ? imagesOfNpy(readNpy(bytes, name), shape, name) : imagesOfRaw(bytes, shape, 'u8', name);
}

export function split<Values extends Images['pixels']>(values: Values, input: ImageInput): Values[] {
  const size = input.height * input.width * input.channels;
  return Array.from({ length: values.length / size }, (_, i) => values.subarray(i * size, (i + 1) * size) as Values);
}
