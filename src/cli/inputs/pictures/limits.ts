import { LiteBlockError } from '../../../format/errors.ts';

/**
 * About 7,000 × 7,000. Decoders hold a picture up to four times, three or four bytes a pixel, and a file of a few kilobytes can
 * promise any number of pixels.
 */
export const mostPixels = 50_000_000;
/** Above a BMP of so many pixels. */
export const mostFileBytes = 512 * 1024 * 1024;

/** Of what a header promises, before anything is made for it. Throws file-invalid and unsupported. */
export function checkSize(width: number, height: number, source: string): void {
  if (!(width > 0 && height > 0)) {
    throw new LiteBlockError('file-invalid', `${source}: a picture of ${width}×${height} pixels is empty`);
  }
  if (width * height > mostPixels) {
    const most = mostPixels.toLocaleString('en');
    throw new LiteBlockError('unsupported', `${source}: a picture of ${width}×${height} pixels (at most ${most})`);
  }
}

export const damaged = (source: string, what: string): LiteBlockError =>
  new LiteBlockError('file-invalid', `${source}: ${what}`);

export const cutOff = (source: string, what: string): LiteBlockError =>
  new LiteBlockError('file-truncated', `${source}: ${what}: the file was cut off`);
