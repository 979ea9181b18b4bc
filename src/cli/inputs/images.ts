import type { ImageShape } from '../../import/npy/images.ts';
import type { ImageSource } from '../../jobs/image-values.ts';
import type { ImageLayout } from '../../jobs/layout.ts';

/** IMAGES of the command line, for one input of a model. Those of folders and pictures are read when they are asked for. */
export interface InputImages extends ImageSource {
  /** For messages about all of them. */
  readonly path: string;
  /** What image i is called where there are others: its file, unless all are in one. */
  name(i: number): string;
  /** True for a decoded picture, whose values are pixels whatever the model takes. */
  isPicture(i: number): boolean;
  /** Of class folders: their names in natural order, and which one each image is from. */
  readonly classes?: { readonly names: readonly string[]; readonly of: readonly number[] };
}

/** What an input wants of IMAGES. */
export interface WantedImages {
  /** For messages: input 0 "image". */
  readonly input: string;
  readonly shape: ImageShape;
  /** What the values of a headerless file are. */
  readonly raw: 'u8' | 'i8' | 'f32';
  /** Whether the model takes channels first: `shape` has them as rows then, and pictures are moved to that. Absent: it does not. */
  readonly layout?: ImageLayout;
  /** Told once of what may not be expected of pictures. */
  readonly warn?: (text: string) => void;
}
