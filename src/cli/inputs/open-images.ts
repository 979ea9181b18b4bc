import { LiteBlockError } from '../../format/errors.ts';
import type { ImageValues } from '../../import/npy/images.ts';
import { channelsFirst } from '../../jobs/layout.ts';
import { type ImageFile, openArray, readerOf } from './image-files.ts';
import { filesOf, isFolder } from './image-folder.ts';
import type { InputImages, WantedImages } from './images.ts';
import { isPictureName } from './pictures/pictures.ts';

/**
 * IMAGES, each a picture (PNG, JPEG, BMP), a headerless file, a `.npy`, a folder of pictures and `.npy` with one image each, or,
 * by itself, a folder of such folders, one a class. Throws file-unreadable, what readNpy and decoders throw, and input, with
 * the file, its shape and the expected shapes.
 */
export async function openImages(paths: readonly string[], wanted: WantedImages): Promise<InputImages> {
  const path = paths.length > 1 ? `${paths[0]} and ${paths.length - 1} more` : paths[0];
  const given = paths.map((each) => (isFolder(each) ? filesOf(each) : { files: [each] }));
  const nested = given.findIndex(({ classes }) => classes);
  if (nested >= 0 && given.length > 1) {
    throw new LiteBlockError('input', `${paths[nested]}: give a folder of class folders alone`);
  }
  const read = await readerOf(
    given.flatMap(({ files }) => files),
    wanted,
  );
  const files = given.flatMap(({ files: names }, i) => {
    const byItself = names[0] === paths[i] && !isPictureName(paths[i]);
    return byItself ? [openArray(paths[i], wanted)] : names.map(read);
  });
  return { ...imagesOf(files, path, wanted), ...(given[0]?.classes && { classes: given[0].classes }) };
}

function imagesOf(files: readonly ImageFile[], path: string, { layout, shape }: WantedImages): InputImages {
  const each = files.flatMap((file) => Array.from({ length: file.count }, (_, k) => ({ file, k })));
  const of = (i: number) => each[i];
  return {
    path,
    count: each.length,
    at: (i) => of(i).file.at(of(i).k),
    file: (i) => of(i).file.path,
    name: (i) => {
      const { file, k } = of(i);
      if (file.count === 1 && (files.length > 1 || file.isPicture)) return file.path;
      return files.length > 1 ? `${file.path} image ${k}` : `image ${k}`;
    },
    isPicture: (i) => of(i).file.isPicture,
    ...(layout === 'nchw' && {
      ordered: <T extends ImageValues>(i: number, values: T): T =>
        of(i).file.isPicture ? channelsFirst(values, shape[0]) : values,
    }),
  };
}
