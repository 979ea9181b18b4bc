import { extname } from 'node:path';
import { LiteBlockError } from '../../../format/errors.ts';
import type { Pixels } from '../../../runtime/image/resize.ts';
import { refuseForeign } from '../foreign.ts';
import { decodeBmp, isBmp } from './bmp.ts';
import { loadJpegDecoder } from './jpeg.ts';
import { isJpeg, readJpegHeader } from './jpeg-header.ts';
import { mostFileBytes } from './limits.ts';
import { loadPngDecoder } from './png.ts';
import { isPng } from './png-chunks.ts';

const read = ['.png', '.jpg', '.jpeg', '.bmp'];
const notRead = ['.avif', '.gif', '.heic', '.heif', '.jp2', '.pgm', '.ppm', '.svg', '.tif', '.tiff', '.webp'];

/** True for a name that says PNG, JPEG or BMP. Throws unsupported for one that says another kind of picture. */
export function isPictureName(path: string): boolean {
  const kind = extname(path).toLowerCase();
  if (!notRead.includes(kind)) return read.includes(kind);
  const what = `${kind.slice(1).toUpperCase()} pictures are not supported (PNG, JPEG, BMP, or .npy)`;
  throw new LiteBlockError('unsupported', `${path}: ${what}`);
}

/** Throws unsupported for a file that no picture of the pixels allowed can fill, before it is read. */
export function checkFileSize(bytes: number, source: string): void {
  if (bytes <= mostFileBytes) return;
  const most = `${mostFileBytes / 1024 / 1024} MB`;
  throw new LiteBlockError(
    'unsupported',
    `${source}: a picture of ${bytes.toLocaleString('en')} bytes (at most ${most})`,
  );
}

/** A picture as it is stored, and its EXIF orientation, which is left out of account; 1: upright. */
export interface Picture {
  readonly pixels: Pixels;
  readonly orientation: number;
}

/** Decodes pictures of every kind, which their first bytes tell. Throws file-truncated, file-invalid and unsupported. */
export type PictureDecoder = (bytes: Uint8Array, source: string) => Picture;

/** Loaded by who has pictures: others do not wait for it. */
export async function loadPictureDecoder(): Promise<PictureDecoder> {
  const [decodePng, decodeJpeg] = await Promise.all([loadPngDecoder(), loadJpegDecoder()]);
  return (bytes, source) => {
    if (isPng(bytes)) return { pixels: decodePng(bytes, source), orientation: 1 };
    if (isBmp(bytes)) return { pixels: decodeBmp(bytes, source), orientation: 1 };
    if (!isJpeg(bytes)) {
      refuseForeign(bytes, source, 'expected a PNG, JPEG or BMP', false);
      throw new LiteBlockError('file-invalid', `${source}: it does not begin as a PNG, JPEG or BMP does`);
    }
    return { pixels: decodeJpeg(bytes, source), orientation: readJpegHeader(bytes, source).orientation };
  };
}
