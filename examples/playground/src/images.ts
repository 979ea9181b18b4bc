import { LiteBlockError } from '../../../src/format/errors.ts';
import { type ImageShape, imagesOfNpy, imagesOfRaw } from '../../../src/import/npy/images.ts';
import { isNpy, readNpy } from '../../../src/import/npy/read-npy.ts';
import type { ImageInput, Images, NamedFile } from './protocol.ts';

const shapeOf = ({ height, width, channels }: ImageInput): ImageShape => [height, width, channels];

/** Decoded pictures, or a `.npy` or headerless file of pixels, as images of the input's shape. */
export function imagesOf(given: Images | NamedFile, input: ImageInput): (Uint8Array | Float32Array)[] {
  const values = 'pixels' in given ? given.pixels : valuesOf(given, input);
  const source = 'pixels' in given ? given.source : given.name;
  if (values instanceof Int8Array) {
    throw new LiteBlockError('input', `${source}: i8 values, but the input of a float network is real`);
  }
  return split(values, input);
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
